/** Trusted Types as far as this file needs them; `undefined` where the browser has none. */
interface TrustedTypesHost {
  readonly trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL(url: string): string },
    ): { createScriptURL(url: string): unknown };
  };
}

/** Only the page's own files may become workers. */
function ownScriptUrl(url: string): string {
  const { href, origin } = new URL(url, document.baseURI);
  if (origin !== window.location.origin) throw new TypeError(`not a script of this page: ${href}`);
  return href;
}

const policy = (globalThis as TrustedTypesHost).trustedTypes?.createPolicy('playground', {
  createScriptURL: ownScriptUrl,
});

/**
 * Starts a module worker from the URL that a `?worker&url` import gives, through the page's one Trusted Types policy.
 *
 * @param url address of the worker's bundle; anything but this page's origin throws a `TypeError`
 * @param name what the developer tools call the worker
 */
export function createTrustedWorker(url: string, name: string): Worker {
  // A TrustedScriptURL is accepted where a string is; the DOM's types do not know it.
  const trusted = (policy?.createScriptURL(url) ?? ownScriptUrl(url)) as string;
  return new Worker(trusted, { type: 'module', name });
}
