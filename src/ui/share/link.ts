/** What a link pins of the view before an audience, besides the scene. */
export interface Presented {
  readonly group: string | undefined;
  readonly speed: string;
}

/** Parameters that belong to this visit, not to what is shown. */
const OF_VISIT = ['scenario', 'lang', 'theme', 'present', 'group', 'speed', 'step', 'select'];

/**
 * This page's address with a scene in its hash. What belongs to this visit is left out; before an audience the view is kept,
 * so that the link opens it again with the same group and speed.
 */
export function linkTo(href: string, code: string, presented?: Presented): string {
  const url = new URL(href);
  const start = `${url.protocol}//${url.host}${url.pathname}`;
  if (presented === undefined) return `${start}#${code}`;
  const { searchParams } = url;
  for (const name of OF_VISIT) searchParams.delete(name);
  searchParams.set('present', '1');
  if (presented.group !== undefined) searchParams.set('group', presented.group);
  searchParams.set('speed', presented.speed);
  return `${start}?${searchParams}#${code}`;
}
