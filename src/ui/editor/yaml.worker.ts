// A file of our own, so that the development server bundles what monaco-yaml's worker imports.
import 'monaco-yaml/yaml.worker';
