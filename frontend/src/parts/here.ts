// A check-in may bring along where one stands: only when asked to, and only into its own form.
import { all, toast, word } from "./page";

function fill(button: HTMLElement, lon: number, lat: number): void {
  const form = button.closest("form");
  const put = (name: string, value: number): void => {
    const input = form?.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    if (input) input.value = value.toFixed(6);
  };
  put("lon", lon);
  put("lat", lat);
  button.setAttribute("aria-pressed", "true");
}

function ask(button: HTMLElement): void {
  button.setAttribute("aria-busy", "true");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      button.removeAttribute("aria-busy");
      fill(button, coords.longitude, coords.latitude);
    },
    () => {
      button.removeAttribute("aria-busy");
      toast(word("nowhere"));
    },
    { enableHighAccuracy: true, timeout: 10_000 },
  );
}

export function startHere(): void {
  if (!navigator.geolocation) return;
  for (const button of all("[data-here][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", () => ask(button));
  }
}
