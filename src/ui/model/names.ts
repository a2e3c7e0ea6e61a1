/** Width of a text in pixels, in the font it will be drawn with. */
export type Measure = (text: string) => number;

/**
 * The name cut in its middle so that it fits, its suffix kept: generated names differ at their ends.
 * The name itself where it fits.
 */
export function middleCut(name: string, width: number, measure: Measure): string {
  if (measure(name) <= width) return name;
  // Two thirds of what is kept lie before the cut, and at least the last four characters stay.
  const cut = (kept: number): string => {
    const tail = Math.min(Math.max(4, Math.ceil(kept / 3)), kept);
    return `${name.slice(0, kept - tail)}…${name.slice(name.length - tail)}`;
  };
  let low = 1;
  let high = name.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(cut(middle)) <= width) low = middle;
    else high = middle - 1;
  }
  return cut(low);
}

/** A generated name as a sentence has it, `pvc-3f6a…c21e`; names that people gave stay whole. */
export function sentenceName(name: string): string {
  return name
    .replace(/([0-9a-f]{4})[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}([0-9a-f]{4})/g, '$1…$2')
    .replace(/([0-9a-f]{4})[0-9a-f]{24,}([0-9a-f]{4})/g, '$1…$2');
}

/** Within its owner's group a pod's name goes without the owner's: `…-4kx2p`. Ordinals stay whole: `web-0`. */
export function withoutOwner(name: string, owner: string | undefined): string {
  if (owner === undefined || !name.startsWith(`${owner}-`)) return name;
  const rest = name.slice(owner.length + 1);
  return /^\d+$/.test(rest) ? name : `…-${rest.slice(rest.lastIndexOf('-') + 1)}`;
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  'persistentvolume-binder-controller': 'persistentvolume-binder',
  'persistentvolume-attach-detach-controller': 'attach-detach',
  'kube-scheduler': 'scheduler',
  'default-scheduler': 'scheduler',
  'persistentvolumeclaim-protection-controller': 'pvc-protection',
  'persistentvolume-protection-controller': 'pv-protection',
};

/** A component's name as the page shows it: without `-controller`, a kubelet with its node, a sidecar without its driver. */
export function componentName(process: string): string {
  const slash = process.indexOf('/');
  const base = slash < 0 ? process : process.slice(0, slash);
  const place = slash < 0 ? '' : process.slice(slash + 1);
  // A plugin inside of Kubernetes, which has no other name.
  if (base === 'kubernetes.io') return process;
  const short = SHORT_NAMES[base] ?? base.replace(/-controller$/, '');
  return base === 'kubelet' || base === 'node-driver-registrar' ? `${short} ${place}`.trim() : short;
}
