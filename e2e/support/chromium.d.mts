/** Flags that the tests and benchmarks start Chromium with. */
export const CHROMIUM_FLAGS: string[];
/** The path of a Chromium that is there, or undefined. */
export function installedChromium(): string | undefined;
/** The path of Chromium, installed when that is possible; throws an Error that says what to install. */
export function ensureChromium(): string;
