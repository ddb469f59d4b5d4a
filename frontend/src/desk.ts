// The desk: lists, steps, keys and live parts.
import htmx from "htmx.org";
import { startFiles } from "./parts/files";
import { startFill } from "./parts/fill";
import { startFold } from "./parts/fold";
import { startHere } from "./parts/here";
import { startKeys } from "./parts/keys";
import { startLive } from "./parts/live";
import { startMaps } from "./parts/map";
import { startPage, toast, word } from "./parts/page";
import { startPhoneDesk } from "./parts/phone";
import { startPicks } from "./parts/pick";
import { startPoints } from "./parts/points";
import { startSplit } from "./parts/split";
import { startTicks } from "./parts/ticks";

startPage();
startFiles();
startPicks();
startFold();
startHere();
startFill();
// On a narrow screen the queues are one long line: bring the open one into view.
document.querySelector("#rail [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
startMaps();
startKeys();
startPhoneDesk();
startLive();
startSplit();
startTicks();
startPoints();
document.addEventListener("htmx:error", () => toast(word("failed")));
htmx.config.defaultTimeout = 20_000;
