/** Where a pointer is in an element, in the element's own pixels: a presenter's page is drawn larger than it is laid out. */
export function placeIn(
  element: HTMLElement,
  { clientX, clientY }: { readonly clientX: number; readonly clientY: number },
): { readonly x: number; readonly y: number } {
  const box = element.getBoundingClientRect();
  const scale = box.width === 0 ? 1 : element.offsetWidth / box.width;
  return { x: (clientX - box.left) * scale, y: (clientY - box.top) * scale };
}
