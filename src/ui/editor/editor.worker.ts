// A file of our own, so that the development server bundles what Monaco's worker imports.
import 'monaco-editor/editor/editor.worker';
