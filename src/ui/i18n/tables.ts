import enCaption from './en/caption.json';
import enCommon from './en/common.json';
import enCompare from './en/compare.json';
import enConsole from './en/console.json';
import enEditor from './en/editor.json';
import enFaults from './en/faults.json';
import enGraph from './en/graph.json';
import enHistory from './en/history.json';
import enInspector from './en/inspector.json';
import enList from './en/list.json';
import enPalette from './en/palette.json';
import enPresenter from './en/presenter.json';
import enRemedy from './en/remedy.json';
import enScenarios from './en/scenarios.json';
import enShare from './en/share.json';
import enShell from './en/shell.json';
import enTimeline from './en/timeline.json';
import enWhy from './en/why.json';
import zhCaption from './zh-CN/caption.json';
import zhCommon from './zh-CN/common.json';
import zhCompare from './zh-CN/compare.json';
import zhConsole from './zh-CN/console.json';
import zhEditor from './zh-CN/editor.json';
import zhFaults from './zh-CN/faults.json';
import zhGraph from './zh-CN/graph.json';
import zhHistory from './zh-CN/history.json';
import zhInspector from './zh-CN/inspector.json';
import zhList from './zh-CN/list.json';
import zhPalette from './zh-CN/palette.json';
import zhPresenter from './zh-CN/presenter.json';
import zhRemedy from './zh-CN/remedy.json';
import zhScenarios from './zh-CN/scenarios.json';
import zhShare from './zh-CN/share.json';
import zhShell from './zh-CN/shell.json';
import zhTimeline from './zh-CN/timeline.json';
import zhWhy from './zh-CN/why.json';

/** Every sentence of the page, by language and by the part of the page that says it. */
export const TABLES = {
  en: {
    caption: enCaption,
    common: enCommon,
    compare: enCompare,
    console: enConsole,
    editor: enEditor,
    faults: enFaults,
    graph: enGraph,
    history: enHistory,
    inspector: enInspector,
    list: enList,
    palette: enPalette,
    presenter: enPresenter,
    remedy: enRemedy,
    scenarios: enScenarios,
    share: enShare,
    shell: enShell,
    timeline: enTimeline,
    why: enWhy,
  },
  'zh-CN': {
    caption: zhCaption,
    common: zhCommon,
    compare: zhCompare,
    console: zhConsole,
    editor: zhEditor,
    faults: zhFaults,
    graph: zhGraph,
    history: zhHistory,
    inspector: zhInspector,
    list: zhList,
    palette: zhPalette,
    presenter: zhPresenter,
    remedy: zhRemedy,
    scenarios: zhScenarios,
    share: zhShare,
    shell: zhShell,
    timeline: zhTimeline,
    why: zhWhy,
  },
} as const;
