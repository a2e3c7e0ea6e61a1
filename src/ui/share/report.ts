import { goDuration } from '../client/duration.ts';
import { comparedValues } from '../inspector/values.ts';
import { type CandidateGroup, type Sentence, whyOf } from '../inspector/why.ts';
import { type ObjectState, stateOf } from '../model/family.ts';
import { normalId, objectId, parseId, text as textOf } from '../model/ids.ts';
import { say, type Translate } from '../model/message.ts';
import { lifeOf, type Moment, momentAt } from '../model/moment.ts';
import type { Replica } from '../model/replica.ts';
import { type Element, structureOf } from '../model/structure.ts';
import type { SharedScene } from './scene.ts';

export interface ReportInput {
  readonly replica: Replica;
  readonly scene: SharedScene;
  readonly isSettled: boolean;
  /** Virtual time of the whole run, as Go writes it. */
  readonly time: string;
  /** Sentences of any table. */
  readonly text: (key: string, values?: Readonly<Record<string, string | number>>) => string;
  readonly translate: Translate;
}

const KUBERNETES = '1.36';

/** The run as a Markdown document: what was applied, how it ended and why, its Events with their exact texts, its calls. */
export function reportOf(input: ReportInput): string {
  const { replica, text, time, isSettled } = input;
  const moment = momentAt(replica, structureOf(replica), replica.steps);
  return [
    `# ${text('share.reportTitle')}`,
    `${text('share.reportMade', { version: KUBERNETES, steps: replica.steps, time })} ${text(isSettled ? 'share.reportSettled' : 'share.reportHorizon')}`,
    ...applied(input),
    ...objects(input, moment),
    ...reasons(input, moment),
    ...events(input),
    ...calls(input),
    '',
  ].join('\n\n');
}

function applied({ scene, text }: ReportInput): string[] {
  const { source } = scene;
  const parts = [
    `## ${text('share.reportApplied')}`,
    `### ${text('share.reportCluster')}`,
    fenced('yaml', source.cluster),
  ];
  source.operations.forEach(({ operation, at }, index) => {
    parts.push(`### ${text('share.reportOperation', { number: index + 1, time: goDuration(at) })}`);
    switch (operation.type) {
      case 'apply':
        parts.push(fenced('yaml', operation.text));
        break;
      case 'run':
        parts.push(fenced('sh', operation.command));
        break;
      case 'delete':
        parts.push(text('share.reportDelete', { id: operation.id }));
        break;
      case 'fault':
        parts.push(text('share.reportFault'), fenced('json', JSON.stringify(operation.fault, null, 2)));
        break;
      case 'wait':
        parts.push(text('share.reportWait', { time: goDuration(operation.duration) }));
        break;
      case 'settle':
        parts.push(text('share.reportSettle'));
    }
  });
  return parts;
}

interface Standing {
  readonly element: Element;
  readonly state: ObjectState;
}

/** Objects that are told of one by one, in the order in which storage hangs together. */
const TOLD = [
  'Node',
  'StorageClass',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'ReplicaSet',
  'Pod',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'VolumeAttachment',
  'Volume',
];

function standing(moment: Moment): Standing[] {
  return TOLD.flatMap((kind) =>
    [...moment.structure.elements.values()]
      .filter((element) => element.kind === kind && lifeOf(moment, element) === 'alive')
      .map((element) => ({ element, state: stateOf(moment, element) })),
  );
}

function objects({ text, translate }: ReportInput, moment: Moment): string[] {
  const phases = new Map<string, Standing[]>();
  for (const item of standing(moment)) {
    const phase = item.state.phase || '–';
    phases.set(phase, [...(phases.get(phase) ?? []), item]);
  }
  const head = ['share.reportKind', 'share.reportNamespace', 'share.reportName', 'share.reportDetail'];
  const parts = [`## ${text('share.reportObjects')}`];
  if (phases.size === 0) parts.push(text('share.reportNothing'));
  for (const [phase, items] of phases) {
    const rows = items.map(({ element, state }) => {
      const word = say(translate, state.word);
      const detail = state.detail === undefined ? '' : say(translate, state.detail);
      return [
        element.kind,
        element.namespace,
        element.name,
        [word === phase ? '' : word, detail].filter(Boolean).join(', '),
      ];
    });
    parts.push(
      `### ${phase}`,
      table(
        head.map((key) => text(key)),
        rows,
      ),
    );
  }
  return parts;
}

/** Why each claim, volume and pod is as it is, in the words of the code that decided. */
function reasons({ text, translate }: ReportInput, moment: Moment): string[] {
  const told = new Set(['Pod', 'PersistentVolumeClaim', 'PersistentVolume', 'VolumeAttachment']);
  const parts = [`## ${text('share.reportReasons')}`];
  for (const { element, state } of standing(moment)) {
    if (!told.has(element.kind)) continue;
    const { verdict, context, proof, candidates } = whyOf(moment, element);
    const tell = ({ key, values }: Sentence): string => escaped(text(key, values));
    const name = [element.namespace, element.name].filter(Boolean).join('/');
    const word = say(translate, state.word);
    parts.push(`### ${element.kind} ${name}${word === '' ? '' : `: ${word}`}`);
    parts.push([tell(verdict), ...(context === undefined ? [] : [tell(context)])].join(' '));
    if (proof !== undefined) {
      parts.push(text('share.reportDecidedBy', { by: `\`${proof.decision.by}\``, step: proof.step }));
    }
    if (candidates.length > 0) parts.push(candidateTable(candidates, text));
  }
  if (parts.length === 1) parts.push(text('share.reportNothing'));
  return parts;
}

function candidateTable(candidates: readonly CandidateGroup[], text: ReportInput['text']): string {
  const head = [
    'share.reportCandidate',
    'share.reportRule',
    'share.reportHas',
    'share.reportAsked',
    'share.reportMessage',
  ];
  const rows = candidates.map(({ first, others }) => {
    const { have, want } = comparedValues(first.have, first.want);
    const name = parseId(normalId(first.candidate)).name || first.candidate;
    const more =
      others.length === 0 ? '' : text('share.reportOthers', { count: others.length, names: others.join(', ') });
    const shown = [first.have === undefined ? '' : have, first.want === undefined ? '' : want];
    return [
      `${first.ok ? '✓' : '✗'} ${name}`,
      first.rule ?? '',
      ...shown,
      [first.message ?? '', more].filter(Boolean).join('; '),
    ];
  });
  return table(
    head.map((key) => text(key)),
    rows,
  );
}

function events({ replica, text }: ReportInput): string[] {
  const head = [
    'share.reportFirst',
    'share.reportLast',
    'share.reportType',
    'share.reportReason',
    'share.reportObject',
    'share.reportCount',
    'share.reportSource',
    'share.reportMessage',
  ];
  const on = new Set(
    replica
      .union()
      .filter(({ kind }) => kind === 'Event')
      .map(({ id }) => {
        const involved = (replica.lastValue(id) as { readonly involvedObject?: unknown } | undefined)?.involvedObject;
        return objectId(textOf(involved, 'kind'), textOf(involved, 'namespace'), textOf(involved, 'name'));
      }),
  );
  const all = [...on]
    .flatMap((id) => replica.eventsOn(id, replica.steps).map((event) => ({ id, event })))
    .sort((a, b) => a.event.firstStep - b.event.firstStep);
  const rows = all.map(({ id, event }) => [
    goDuration(replica.timeAt(event.firstStep)),
    goDuration(replica.timeAt(event.step)),
    event.type,
    event.reason,
    shortId(id),
    String(event.count),
    event.source,
    event.message,
  ]);
  const title = `## ${text('share.reportEvents')}`;
  return rows.length === 0
    ? [title, text('share.reportNothing')]
    : [
        title,
        table(
          head.map((key) => text(key)),
          rows,
        ),
      ];
}

function calls({ replica, text }: ReportInput): string[] {
  const head = [
    'share.reportBegan',
    'share.reportEnded',
    'share.reportDriver',
    'share.reportMethod',
    'share.reportAbout',
    'share.reportTry',
    'share.reportCode',
    'share.reportMessage',
  ];
  const rows = replica.calls.map(({ began, about, beganAt, ended, endedAt }) => [
    goDuration(beganAt),
    endedAt === undefined ? text('share.reportInFlight') : goDuration(endedAt),
    began.driver,
    began.method + (began.node === undefined ? '' : ` (${began.node})`),
    about.map(shortId).join(', '),
    String(began.attempt),
    ended?.code ?? '',
    ended?.message ?? '',
  ]);
  const title = `## ${text('share.reportCalls')}`;
  return rows.length === 0
    ? [title, text('share.reportNothing')]
    : [
        title,
        table(
          head.map((key) => text(key)),
          rows,
        ),
      ];
}

function shortId(id: string): string {
  const { kind, namespace, name } = parseId(id);
  return [kind, namespace, name].filter(Boolean).join('/');
}

/** A fence is longer than every run of backticks in what it holds. */
function fenced(language: string, content: string): string {
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${content.trimEnd()}\n${fence}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Text that Markdown shows as it stands, in one line. */
function escaped(content: string): string {
  return content.replace(/[\\`*<|]/g, '\\$&').replace(/\r?\n/g, ' ');
}
