import type { editor } from 'monaco-editor/editor';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useTranslate } from '../graph/useTranslate.ts';
import { type ObjectState, replicasOf, stateOf } from '../model/family.ts';
import { objectId } from '../model/ids.ts';
import { say } from '../model/message.ts';
import type { Moment } from '../model/moment.ts';
import { useMoment } from '../store/moment.ts';
import { texts } from '../store/texts.ts';
import { view } from '../store/view.ts';
import { documentsOf, type TextDocument } from './documents.ts';
import type { Monaco } from './monaco.ts';
import type { CodeEditor } from './monacoEditor.ts';

/** What became of one document, at the playhead. */
export interface Mark {
  readonly id: string;
  readonly document: TextDocument;
  readonly state: ObjectState;
  readonly more: string;
}

const CLUSTER_SCOPED = new Set([
  'PersistentVolume',
  'StorageClass',
  'Node',
  'CSIDriver',
  'CSINode',
  'VolumeAttachment',
  'Namespace',
]);

const WITH_REPLICAS = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'Job']);

function idOf({ kind, namespace, name }: TextDocument): string {
  return objectId(kind, CLUSTER_SCOPED.has(kind) ? '' : namespace || 'default', name);
}

/** Which object came of each document, as far as the recording ever has it. */
export function marksOf(moment: Moment, documents: readonly TextDocument[]): Mark[] {
  const marks: Mark[] = [];
  for (const document of documents) {
    const id = idOf(document);
    const element = moment.structure.elements.get(id);
    if (element === undefined) continue;
    const object = moment.at(id);
    const replicas = object !== undefined && WITH_REPLICAS.has(document.kind) ? replicasOf(object) : undefined;
    const state = stateOf(moment, element);
    marks.push({ id, document, state, more: replicas === undefined ? '' : `${replicas.ready}/${replicas.wanted}` });
  }
  return marks;
}

/** Puts a line under each `metadata.name` that says how the object stands, and a bar beside the selected document. */
export function useMarks(monaco: Monaco, codeEditor: CodeEditor | null): void {
  const { t } = useTranslation();
  const translate = useTranslate();
  const moment = useMoment();
  const tab = useStore(texts, (state) => state.tab);
  const text = useStore(texts, (state) => state.manifests);
  const selected = useStore(view, (state) => state.selected);
  const zones = useRef(new Map<string, { readonly zone: string; readonly line: number; readonly node: HTMLElement }>());
  const bars = useRef<editor.IEditorDecorationsCollection>(undefined);

  useEffect(() => {
    const known = zones.current;
    const bar = codeEditor?.createDecorationsCollection();
    bars.current = bar;
    return () => {
      known.clear();
      bar?.clear();
    };
  }, [codeEditor]);

  useEffect(() => {
    if (codeEditor === null) return;
    const marks = tab === 'manifests' ? marksOf(moment, documentsOf(text)) : [];
    codeEditor.changeViewZones((accessor) => {
      const kept = new Set(marks.map(({ id, document }) => `${id} ${document.nameLine}`));
      for (const [key, { zone }] of zones.current) {
        if (kept.has(key)) continue;
        accessor.removeZone(zone);
        zones.current.delete(key);
      }
      for (const { id, document } of marks) {
        const key = `${id} ${document.nameLine}`;
        if (zones.current.has(key)) continue;
        // The editor lays out the zone's own element; what is in it is ours.
        const domNode = window.document.createElement('div');
        const node = domNode.appendChild(window.document.createElement('div'));
        const zone = accessor.addZone({ afterLineNumber: document.nameLine, heightInPx: 17, domNode });
        zones.current.set(key, { zone, line: document.nameLine, node });
      }
    });
    for (const { id, document, state, more } of marks) {
      const node = zones.current.get(`${id} ${document.nameLine}`)?.node;
      if (node === undefined) continue;
      const word = say(translate, state.word) || state.phase;
      const detail = state.detail === undefined ? '' : say(translate, state.detail);
      node.className = `mark is-${state.family}`;
      node.replaceChildren(glyphElement(state.glyph), `${[word, more].filter(Boolean).join(' ')} `, spanOf(detail));
      node.title = t('editor.mark', { kind: document.kind, name: document.name });
    }
    const bar = marks.find(({ id }) => id === selected);
    bars.current?.set(
      bar === undefined
        ? []
        : [
            {
              range: new monaco.Range(bar.document.firstLine, 1, bar.document.lastLine, 1),
              options: { isWholeLine: true, linesDecorationsClassName: 'selected-document' },
            },
          ],
    );
  }, [monaco, codeEditor, moment, tab, text, selected, t, translate]);
}

function spanOf(text: string): HTMLElement {
  const span = document.createElement('span');
  span.textContent = text;
  return span;
}

const SVG = 'http://www.w3.org/2000/svg';

/** The state's glyph, drawn by the page's own symbols. */
function glyphElement(name: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 's');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#glyph-s-${name}`);
  svg.append(use);
  return svg;
}
