// The bar at the bottom of a phone steps aside while the same action is in sight, so that it never covers what stands beside it.
const HEIGHT = 104;

export function start(bar) {
  const same = document.querySelector(".page-aside:has(.support)");
  if (!same) return;
  new IntersectionObserver(([{ isIntersecting }]) => {
    bar.hidden = isIntersecting && !bar.contains(document.activeElement);
  }, { rootMargin: `0px 0px -${HEIGHT}px 0px` }).observe(same);
}
