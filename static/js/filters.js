// Behind “More filters” stands how many are chosen, also when the list alone was swapped or the browser chose anew.
export function start(filters) {
  const number = filters.querySelector("[data-chosen]");
  const count = () => {
    const chosen = [...filters.querySelectorAll("select")].filter((select) => select.selectedIndex > 0).length;
    number.textContent = chosen;
    number.parentElement.hidden = chosen === 0;
  };
  filters.addEventListener("change", count);
  count();
}
