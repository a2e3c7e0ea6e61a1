import { USER } from '../../sim/simulation.ts';

/** Who a write is put down to. */
export interface Manager {
  readonly manager: string;
  /** The subresource that was written, where that is known from the request alone. */
  readonly subresource?: string;
}

/** What kubectl calls itself in the requests of a command; where nothing is said here, `kubectl`. */
const COMMANDS: Readonly<Record<string, Manager>> = {
  annotate: { manager: 'kubectl-annotate' },
  apply: { manager: 'kubectl-client-side-apply' },
  autoscale: { manager: 'kubectl-autoscale' },
  create: { manager: 'kubectl-create' },
  edit: { manager: 'kubectl-edit' },
  expose: { manager: 'kubectl-expose' },
  label: { manager: 'kubectl-label' },
  patch: { manager: 'kubectl-patch' },
  replace: { manager: 'kubectl-replace' },
  rollout: { manager: 'kubectl-rollout' },
  run: { manager: 'kubectl-run' },
  scale: { manager: 'kubectl', subresource: 'scale' },
  set: { manager: 'kubectl-set' },
  // An operation that writes a status, as a test or a scenario does it.
  status: { manager: 'kubectl-patch' },
  taint: { manager: 'kubectl-taint' },
};
/** Subcommands that write under another name than their command. */
const SUBCOMMANDS: readonly RegExp[] = [/^rollout +undo\b/, /^apply +set-last-applied\b/];

const FIELD_MANAGER = /\s--field-manager(?:=|\s+)(?:"([^"]*)"|'([^']*)'|(\S+))/;
/** kubectl's name, and flags that may stand before the command. */
const HEAD =
  /^\s*(?:(?:kubectl|k)\s+)?(?:(?:-n|--namespace|--context|--kubeconfig|-v|--request-timeout)[= ]\s*\S+\s+)*/;

/**
 * The field manager of the requests of an operation, which its step is labelled with: `kubectl label pv data tier=gold`.
 * @see staging/src/k8s.io/kubectl/pkg/cmd AddFieldManagerFlagVar
 */
export function managerOfCommand(label: string): Manager {
  const command = label.replace(HEAD, '');
  const [, doubled, single, plain] = FIELD_MANAGER.exec(command) ?? [];
  const given = doubled ?? single ?? plain;
  const verb = /^[\w-]+/.exec(command)?.[0] ?? '';
  const known = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  const isOther = SUBCOMMANDS.some((form) => form.test(command));
  const own = known && !isOther ? known : { manager: 'kubectl' };
  return given === undefined ? own : { ...own, manager: given };
}

const SERVER_SIDE = /\s--server-side(?:=(?:true|1|t))?(?:\s|$)/i;

/** Whether an operation is a server-side apply, whose writes say themselves who owns what. */
export function isServerSideApply(label: string): boolean {
  const command = label.replace(HEAD, '');
  return /^apply\b/.test(command) && SERVER_SIDE.test(command);
}

const CONTROLLERS = 'kube-controller-manager';
const PROGRAMS: Readonly<Record<string, string>> = {
  'node-driver-registrar': 'kubelet',
  'snapshot-controller': 'snapshot-controller',
};

/** The field manager of a step's writes; undefined where nobody's fields are kept, as for what a cluster starts with. */
export function managerOf(process: string, label: string): Manager | undefined {
  if (process === USER) return managerOfCommand(label);
  if (process === 'load') return undefined;
  const [type = ''] = process.split('/');
  const known = Object.hasOwn(PROGRAMS, type) ? PROGRAMS[type] : undefined;
  return { manager: known ?? (type.endsWith('-controller') ? CONTROLLERS : type) };
}
