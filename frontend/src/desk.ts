// The desk: lists, steps, keys and live parts.
import htmx from "htmx.org";
import { startFiles } from "./parts/files";
import { startFill } from "./parts/fill";
import { startFinds } from "./parts/find";
import { startFold } from "./parts/fold";
import { startHelp } from "./parts/help";
import { startHere } from "./parts/here";
import { startKeys } from "./parts/keys";
import { refresh, startLive } from "./parts/live";
import { startMaps } from "./parts/map";
import { startPage, toast, word } from "./parts/page";
import { startPhoneDesk } from "./parts/phone";
import { startPicks } from "./parts/pick";
import { startPoints } from "./parts/points";
import { startSeek } from "./parts/seek";
import { startSplit } from "./parts/split";
import { startTicks } from "./parts/ticks";
import { startView } from "./parts/view";

startPage();
startHelp();
startFiles();
startPicks();
startFinds();
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
startSeek();
startTicks();
startPoints();
startView();
// What is left of a time limit runs on though nothing happens: once a minute the words say it anew.
setInterval(() => void refresh(), 60_000);
// Forms that were drawn anew get their lists, files and places again.
addEventListener("gewu:replaced", () => { startPicks(); startFiles(); startHere(); });
document.addEventListener("htmx:error", () => toast(word("failed")));
htmx.config.defaultTimeout = 20_000;
