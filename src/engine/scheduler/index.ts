export { kubeScheduler } from './scheduler.ts';
