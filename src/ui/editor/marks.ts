import type { editor } from 'monaco-editor/editor';
import { useDeferredValue, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ObjectId } from '../../worker/protocol.ts';
import { useTranslate } from '../graph/useTranslate.ts';
import type { Moment } from '../model/moment.ts';
import { isSame } from '../model/same.ts';
import { useReducedMotion } from '../shell/hooks.ts';
import { useMoment } from '../store/moment.ts';
import { texts } from '../store/texts.ts';
import { select, view } from '../store/view.ts';
import { documentsOf, type TextDocument } from './documents.ts';
import { documentOf, idOfDocument, loserMarks, type Mark, stateMarks } from './markLines.ts';
import type { Monaco } from './monaco.ts';
import type { CodeEditor } from './monacoEditor.ts';

/** Of a long document its beginning is shown. */
const REVEALED_LINES = 12;

interface Zone {
  readonly zone: string;
  readonly place: { afterLineNumber: number; readonly heightInPx: number; readonly domNode: HTMLElement };
  readonly about: ObjectId;
  /** Within the zone's own element, which the editor lays out. */
  readonly node: HTMLElement;
  /** The mark that stands there. */
  shown: Mark | undefined;
}

/**
 * Puts a line under each `metadata.name` that says how the object stands, lines under the fields by which candidates of
 * the selected claim lost, and a bar beside the selected document.
 */
export function useMarks(monaco: Monaco, codeEditor: CodeEditor | null): void {
  const { t } = useTranslation();
  const translate = useTranslate();
  const moment = useMoment();
  const isShown = useStore(texts, (state) => state.tab === 'manifests');
  // Typing comes first.
  const text = useDeferredValue(useStore(texts, (state) => state.manifests));
  const selected = useStore(view, (state) => state.selected);
  const documents = useMemo(() => documentsOf(text), [text]);
  const lines = useMemo(() => (documents.length === 0 ? [] : text.split(/\r\n|\r|\n/)), [text, documents]);
  const zones = useRef(new Map<string, Zone>());
  /** The text for which the zones have their places: the editor moves them with each edit. */
  const placed = useRef<string>(undefined);
  const bars = useRef<editor.IEditorDecorationsCollection>(undefined);

  useEffect(() => {
    const known = zones.current;
    const bar = codeEditor?.createDecorationsCollection();
    bars.current = bar;
    const markAt = ({ target }: editor.IEditorMouseEvent): Zone | undefined => {
      if (target.type !== monaco.editor.MouseTargetType.CONTENT_VIEW_ZONE) return undefined;
      const { viewZoneId } = target.detail;
      return [...known.values()].find(({ zone }) => zone === viewZoneId);
    };
    const listeners = [
      codeEditor?.onMouseDown((event) => {
        const clicked = markAt(event);
        if (clicked !== undefined) select(clicked.about);
      }),
      // The lines lie over the marks: only the editor knows what is pointed at.
      codeEditor?.onMouseMove((event) => {
        codeEditor.getContainerDomNode().classList.toggle('over-mark', markAt(event) !== undefined);
      }),
    ];
    return () => {
      for (const listener of listeners) listener?.dispose();
      known.clear();
      bar?.clear();
    };
  }, [monaco, codeEditor]);

  useEffect(() => {
    if (codeEditor === null) return;
    const losers = (): Mark[] =>
      loserMarks(moment, documents, lines, selected, ({ have, count }) => t('editor.loser', { have, count }));
    const marks = isShown ? [...stateMarks(moment, documents, selected, translate), ...losers()] : [];
    placeZones(codeEditor, zones.current, marks, text !== placed.current);
    placed.current = text;
    for (const mark of marks) dress(zones.current.get(mark.key), mark);
    const document = isShown ? documents.find((candidate) => idOfDocument(candidate) === selected) : undefined;
    bars.current?.set(
      document === undefined
        ? []
        : [
            {
              range: new monaco.Range(document.firstLine, 1, document.lastLine, 1),
              options: { isWholeLine: true, linesDecorationsClassName: 'selected-document' },
            },
          ],
    );
  }, [monaco, codeEditor, moment, documents, lines, isShown, selected, text, t, translate]);

  useReveal(monaco, isShown ? codeEditor : null, moment, documents);
}

/** Shows the document of what is selected, as soon as it is; the text may then be scrolled away from it. */
function useReveal(
  monaco: Monaco,
  codeEditor: CodeEditor | null,
  moment: Moment,
  documents: readonly TextDocument[],
): void {
  const selected = useStore(view, (state) => state.selected);
  const isCalm = useReducedMotion();
  const revealed = useRef<string | null>(null);
  useEffect(() => {
    if (codeEditor === null || revealed.current === selected) return;
    const document = documentOf(moment, documents, selected);
    if (selected !== null && document === undefined) return;
    revealed.current = selected;
    if (document === undefined) return;
    const { Immediate, Smooth } = monaco.editor.ScrollType;
    codeEditor.revealLinesInCenterIfOutsideViewport(
      document.firstLine,
      Math.min(document.lastLine, document.firstLine + REVEALED_LINES),
      isCalm ? Immediate : Smooth,
    );
  }, [monaco, codeEditor, moment, documents, selected, isCalm]);
}

/**
 * Adds the zones that are new and takes away those that no mark asks for; the others stay where they are, unless an edit
 * may have moved them.
 */
function placeZones(codeEditor: CodeEditor, zones: Map<string, Zone>, marks: readonly Mark[], isMoved: boolean): void {
  const wanted = new Set(marks.map(({ key }) => key));
  const isSame = wanted.size === zones.size && marks.every(({ key }) => zones.has(key));
  if (isSame && !isMoved) return;
  codeEditor.changeViewZones((accessor) => {
    for (const [key, { zone }] of zones) {
      if (wanted.has(key)) continue;
      accessor.removeZone(zone);
      zones.delete(key);
    }
    for (const { key, line, about } of marks) {
      const known = zones.get(key);
      if (known !== undefined) {
        known.place.afterLineNumber = line;
        if (isMoved) accessor.layoutZone(known.zone);
        continue;
      }
      const domNode = window.document.createElement('div');
      const node = domNode.appendChild(window.document.createElement('div'));
      const place = { afterLineNumber: line, heightInPx: 17, domNode };
      zones.set(key, { zone: accessor.addZone(place), place, about, node, shown: undefined });
    }
  });
}

/** Writes the mark where another stood: at most steps most say what they said. */
function dress(zone: Zone | undefined, mark: Mark): void {
  if (zone === undefined || isSame(zone.shown, mark)) return;
  zone.shown = mark;
  const { node } = zone;
  const { family, glyph, word, more, isSelected } = mark;
  node.className = `mark is-${family}${isSelected && family !== 'ok' ? ' sel' : ''}`;
  const rest = window.document.createElement('span');
  rest.textContent = more;
  node.replaceChildren(glyphElement(glyph), word, rest);
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
