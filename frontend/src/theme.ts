// Runs before the first paint, as a plain script: the chosen theme must stand before anything is drawn.
(() => {
  const chosen = localStorage.getItem("gewu-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset["theme"] = chosen;
  const view = localStorage.getItem("gewu-view");
  if (view) Object.assign(document.documentElement.dataset, JSON.parse(view));
})();
