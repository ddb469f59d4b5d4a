// Filters on a narrow screen: folded behind one button, which says how many are set. Without a script they all stand there.
import { all } from "./page";

function set(form: HTMLFormElement): number {
  const chosen = all<HTMLSelectElement>(".choice select", form).filter((select) => select.value !== "");
  return chosen.length + all<HTMLInputElement>("input[type=checkbox]:checked", form).length;
}

export function startFold(): void {
  for (const button of all<HTMLButtonElement>("[data-fold]")) {
    const form = button.form;
    const number = button.querySelector("span");
    if (!form || !number) continue;
    const count = (): void => { number.textContent = String(set(form) || ""); };
    button.hidden = false;
    form.classList.add("folded");
    form.addEventListener("change", count);
    button.addEventListener("click", () => {
      const open = !form.classList.toggle("folded");
      button.setAttribute("aria-expanded", String(open));
    });
    count();
  }
}
