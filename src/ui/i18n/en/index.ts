import caption from './caption.json';
import common from './common.json';
import compare from './compare.json';
import console from './console.json';
import editor from './editor.json';
import faults from './faults.json';
import graph from './graph.json';
import history from './history.json';
import inspector from './inspector.json';
import list from './list.json';
import palette from './palette.json';
import presenter from './presenter.json';
import remedy from './remedy.json';
import scenarios from './scenarios.json';
import share from './share.json';
import shell from './shell.json';
import timeline from './timeline.json';
import why from './why.json';

/** Every sentence of the page in English, by the part of the page that says it. */
export const SENTENCES = {
  caption,
  common,
  compare,
  console,
  editor,
  faults,
  graph,
  history,
  inspector,
  list,
  palette,
  presenter,
  remedy,
  scenarios,
  share,
  shell,
  timeline,
  why,
} as const;
