import { posix } from 'node:path';
import { parseSync, Visitor } from 'vite';

/** One import of a file, as its text names it. */
interface Import {
  readonly from: string;
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

/** What a file's syntax tree says about its surroundings. */
interface FileFacts {
  readonly imports: readonly Import[];
  /** Globals of the page, of Node, of time or of chance that it uses. */
  readonly globals: readonly string[];
}

/** Globals that the engine must not use: its clock, its randomness and its input come through its context. */
const IMPURE_GLOBALS: ReadonlySet<string> = new Set([
  'Buffer',
  'Date',
  'Promise',
  'Worker',
  'XMLHttpRequest',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'document',
  'fetch',
  'global',
  'globalThis',
  'indexedDB',
  'localStorage',
  'location',
  'navigator',
  'performance',
  'postMessage',
  'process',
  'queueMicrotask',
  'requestAnimationFrame',
  'require',
  'self',
  'sessionStorage',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'window',
]);

/** The parts of `src` between which the arrows run, each with the parts that it may import besides itself. */
const ALLOWED = {
  sim: [],
  api: ['sim'],
  'csi messages': ['api', 'sim'],
  volumes: ['csi messages', 'files', 'api', 'sim'],
  controllers: ['volumes', 'csi messages', 'api', 'sim'],
  scheduler: ['volumes', 'csi messages', 'api', 'sim'],
  kubelet: ['volumes', 'csi messages', 'api', 'sim'],
  'csi sidecars': ['volumes', 'csi messages', 'api', 'sim'],
  'fake drivers': ['csi messages', 'files', 'sim'],
  files: ['csi messages', 'api', 'sim'],
  kubectl: ['api', 'sim'],
  cluster: [
    'sim',
    'api',
    'csi messages',
    'volumes',
    'files',
    'controllers',
    'scheduler',
    'kubelet',
    'csi sidecars',
    'fake drivers',
    'kubectl',
  ],
} as const satisfies Record<string, readonly string[]>;

type Part = keyof typeof ALLOWED;

/** Folders of `src/engine`; a file directly in it builds on all of them. */
const FOLDERS: Record<string, Part> = {
  sim: 'sim',
  api: 'api',
  volumes: 'volumes',
  controllers: 'controllers',
  scheduler: 'scheduler',
  kubelet: 'kubelet',
  kubectl: 'kubectl',
  csi: 'csi sidecars',
};

function partOf(path: string): Part | undefined {
  if (path === 'src/engine/volumes/files.ts') return 'files';
  if (path.startsWith('src/engine/csi/spec/')) return 'csi messages';
  if (path.startsWith('src/engine/csi/fake/')) return 'fake drivers';
  const [folder, inside] = path.replace('src/engine/', '').split('/');
  if (inside === undefined) return 'cluster';
  return folder === undefined ? undefined : FOLDERS[folder];
}

function mayImport(from: Part, to: Part): boolean {
  if (from === to) return true;
  const allowed: readonly string[] = ALLOWED[from];
  return allowed.includes(to) || (to === 'files' && allowed.includes('volumes'));
}

/** Tests build whole clusters; the arrows hold for what is shipped. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.includes('/testing/');
}

/**
 * The imports of a TypeScript file, static, dynamic, re-exported and inside types, and the impure globals it uses.
 * A name that the file declares anywhere (a parameter called `document`) is not a global.
 *
 * Throws when the text does not parse: a file that is not understood must not pass.
 */
export function factsOf(path: string, text: string): FileFacts {
  const { program, errors } = parseSync(path, text);
  const first = errors[0];
  if (first) throw new SyntaxError(`${path}: ${first.message}`);
  const imports: Import[] = [];
  const declared = new Set<string>();
  const used = new Set<string>();
  const notReferences = new Set<unknown>();
  const add = (from: unknown, typeOnly: boolean): void => {
    if (typeof from === 'string') imports.push({ from, typeOnly });
    else imports.push({ from: '(computed)', typeOnly });
  };
  const declare = (pattern: unknown): void => {
    const node = pattern as Record<string, unknown> | null | undefined;
    if (!node) return;
    if (node.type === 'Identifier') declared.add(node.name as string);
    for (const inner of [node.left, node.argument, node.value, node.parameter]) declare(inner);
    for (const list of [node.elements, node.properties]) if (Array.isArray(list)) list.forEach(declare);
  };
  const declareFunction = (node: { id?: unknown; params: readonly unknown[] }): void => {
    declare(node.id);
    node.params.forEach(declare);
  };
  new Visitor({
    ImportDeclaration(node) {
      const inlineTypes =
        node.specifiers.length > 0 &&
        node.specifiers.every((s) => s.type === 'ImportSpecifier' && s.importKind === 'type');
      add(node.source.value, node.importKind === 'type' || inlineTypes);
      for (const specifier of node.specifiers) declare(specifier.local);
    },
    ExportNamedDeclaration(node) {
      if (node.source) add(node.source.value, node.exportKind === 'type');
    },
    ExportAllDeclaration(node) {
      add(node.source.value, node.exportKind === 'type');
    },
    ImportExpression(node) {
      add(node.source.type === 'Literal' ? node.source.value : undefined, false);
    },
    TSImportType(node) {
      add(node.source.value, true);
    },
    VariableDeclarator: (node) => declare(node.id),
    FunctionDeclaration: declareFunction,
    FunctionExpression: declareFunction,
    ArrowFunctionExpression: declareFunction,
    ClassDeclaration: (node) => declare(node.id),
    TSInterfaceDeclaration: (node) => declare(node.id),
    TSTypeAliasDeclaration: (node) => declare(node.id),
    CatchClause: (node) => declare(node.param),
    TSFunctionType: (node) => node.params.forEach(declare),
    TSMethodSignature(node) {
      if (!node.computed) notReferences.add(node.key);
      node.params.forEach(declare);
    },
    TSPropertySignature(node) {
      if (!node.computed) notReferences.add(node.key);
    },
    Property(node) {
      if (!node.computed && !node.shorthand) notReferences.add(node.key);
    },
    PropertyDefinition(node) {
      if (!node.computed) notReferences.add(node.key);
    },
    MethodDefinition(node) {
      if (!node.computed) notReferences.add(node.key);
    },
    MemberExpression(node) {
      if (node.computed) return;
      notReferences.add(node.property);
      if (node.object.type === 'Identifier' && node.object.name === 'Math' && node.property.name === 'random') {
        used.add('Math.random');
      }
    },
    Identifier(node) {
      if (!notReferences.has(node) && IMPURE_GLOBALS.has(node.name)) used.add(node.name);
    },
  }).visit(program);
  return { imports, globals: [...used].filter((name) => !declared.has(name)).sort() };
}

/**
 * What is wrong with the imports and globals of one shipped file: one sentence each, none when all is well.
 *
 * @param path from the project's root, with `/`: `src/engine/api/kind.ts`
 */
export function violationsOf(path: string, text: string): string[] {
  const { imports, globals } = factsOf(path, text);
  const problems: string[] = [];
  for (const { from, typeOnly } of imports) {
    const [file, query] = from.split('?') as [string, string | undefined];
    const target = file.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), file)) : undefined;
    const why = whyNot(path, target, file, typeOnly, query);
    if (why !== undefined) problems.push(`${path} imports ${from}: ${why}`);
  }
  if (path.startsWith('src/engine/')) {
    for (const name of globals)
      problems.push(`${path} uses ${name}: the engine knows no page, no Node, no time, no chance`);
  }
  return problems;
}

/** Why `path` may not import `target` (a file of the project) or `name` (a package); undefined when it may. */
function whyNot(
  path: string,
  target: string | undefined,
  name: string,
  typeOnly: boolean,
  query: string | undefined,
): string | undefined {
  if (path.startsWith('src/engine/')) return whyNotInEngine(path, target, name);
  if (path.startsWith('src/worker/')) {
    if (target === undefined) return 'the worker imports src/engine only';
    if (!/^src\/(engine|worker)\//.test(target)) return 'the worker imports src/engine only';
  }
  if (path.startsWith('src/cli/') && target !== undefined && !/^src\/(engine|cli|scenarios)\//.test(target)) {
    return 'the runner imports src/engine only';
  }
  if (path.startsWith('src/ui/')) {
    if (name.startsWith('node:')) return 'the page runs without Node';
    if (target === undefined || /^src\/(ui|scenarios)\//.test(target)) return undefined;
    if (target.startsWith('src/worker/') && query === 'worker&url') return undefined;
    if (target === 'src/worker/protocol.ts' && typeOnly) return undefined;
    return 'the page reaches the engine through the types of src/worker/protocol.ts only';
  }
  return undefined;
}

function whyNotInEngine(path: string, target: string | undefined, name: string): string | undefined {
  if (target === undefined) {
    if (name === 'tinyqueue' && path === 'src/engine/sim/lanes.ts') return undefined;
    if (name === 'js-yaml' && /^src\/engine\/api\/yaml(\/|[^/]*\.ts$)/.test(path)) return undefined;
    return 'the engine imports nothing from outside but js-yaml in src/engine/api/yaml and tinyqueue in src/engine/sim/lanes.ts';
  }
  if (!target.startsWith('src/engine/')) return 'the engine imports nothing from outside';
  if (isTest(target)) return 'what is shipped imports no test';
  const [from, to] = [partOf(path), partOf(target)];
  if (from === undefined || to === undefined) return `not a folder that has a place in the order`;
  return mayImport(from, to) ? undefined : `${from} may not know ${to}`;
}
