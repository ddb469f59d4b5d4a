// The field app of grid workers: it opens and works without a network, and sends once what was done.
import { begin } from "./field/app";
import { loadWords } from "./field/dom";
import { kept } from "./field/store";
import { speak } from "./field/sync";
import "./field/screens/cases";
import "./field/screens/clues";
import "./field/screens/lists";
import "./field/screens/making";
import "./field/screens/own";
import "./field/screens/queue";
import "./field/screens/spots";
import "./field/screens/tasks";

const language = (await kept<string>("language")) ?? (navigator.language.startsWith("zh") ? "zh-hans" : "en");
speak(language);
for (const name of ["large", "sun"] as const) if (await kept<boolean>(name)) document.documentElement.dataset[name] = "yes";
await loadWords(language);
await begin();
