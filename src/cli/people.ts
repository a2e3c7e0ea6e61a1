export function runFiles(_args: readonly string[]): number {
  return 2;
}
