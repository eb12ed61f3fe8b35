// The page: three steps on one image, each a column. Here its parts are joined; all computing happens in the lab.

import { Lab } from "./lab/lab";
import { Pool } from "./lab/pool";
import type { Description } from "./lab/protocol";
import { visible } from "./lab/visible";
import { BackendChoice } from "./network/backend";
import { holdsNetwork, isPicture, taken } from "./network/files";
import { NetworkPanel } from "./network/panel";
import { Keeper } from "./offline/keeper";
import { download } from "./session/download";
import { keepLink } from "./session/links";
import { parseMode } from "./session/mode";
import { Session } from "./session/session";
import { unsupported } from "./session/support";
import { Wish } from "./session/wish";
import { Opening } from "./scenes/opening";
import { Stage } from "./scenes/stage";
import { offerStage } from "./stage/opening";
import { Answers } from "./steps/answers";
import { AttackPanel } from "./steps/attack/panel";
import { CorruptionPanel } from "./steps/corruption/panel";
import { PicturePanel } from "./steps/picture/panel";
import { findPhoto, kindFor, photos } from "./steps/picture/photos";
import { Webcam } from "./steps/picture/webcam";
import { offerHold } from "./steps/hold";
import { offerSight } from "./steps/sight";
import { byId } from "./ui/dom";
import { listenForFiles } from "./ui/files";
import { hideLoading, showLoading } from "./ui/loading";
import { Notice } from "./ui/notice";
import { errorText } from "./ui/text";

const notice = new Notice();
const keeper = new Keeper();
const wish = new Wish(notice);
const mode = parseMode(location.hash);
document.documentElement.classList.toggle("embedded", mode.embed);
const photo = findPhoto(wish.state.photo ?? "") ?? photos[0]!;
const lab = new Lab();
const reason = unsupported();
if (!reason) lab.start(); // first of all: it takes longest
const pool = new Pool(lab, () => new Lab(), navigator.hardwareConcurrency || 2);
const session = new Session(lab, pool, { photo: photo.name, mirrored: false });

const answers = new Answers(session);
offerSight(session);
const backend = new BackendChoice(session);
const corruption = new CorruptionPanel(session, () => findPhoto(session.origin.photo)?.title ?? "Your picture");
const picture = new PicturePanel(session, new Webcam(session));
const network = new NetworkPanel(session);
const attack = new AttackPanel(session, notice, answers, (than) => network.others(than));
attack.choice.wish = { target: wish.state.target, victim: wish.state.versus ? wish.state.victim : undefined };
offerStage(session, notice, () => {
  const chosen = attack.choice.current();
  return chosen ? { ...attack.choice.state(), attack: chosen } : null;
});
const opening = new Opening(new Stage(session, notice, { picture, network, corruption, attack, answers }), notice);

offerHold(session, notice, () => attack.start);
network.idle = () => attack.idle;
session.requests.hold = () => corruption.gallery.closed(); // all of the gallery shows one picture
session.requests.waiting.listen(({ kind, says }) => {
  const line = byId(`${kind}-busy`);
  line.textContent = says && `${says}…`;
  line.hidden = says === "";
});
session.requests.asked.listen(() => {
  if (!lab.dead) notice.hide();
});
session.settled.listen(() => {
  const { corruption: name, severity } = session.corruption;
  if (session.network) notice.announce(answers.summary(corruption.title(name), severity));
});
network.onloaded = async (n, asked) => {
  await picture.suit(n.classes, asked || !findPhoto(wish.state.photo ?? ""));
  await backend.apply();
};
keepLink(session, () => ({
  chosen: { ...attack.choice.state(), run: attack.shown, ...(network.first && !attack.shown && { network: "" }) },
  usual: attack.choice.usual(),
}));
listenForFiles(
  (files) => {
    if (network.upload.open || holdsNetwork(files)) return void network.upload.take(files);
    const first = files.find(isPicture) ?? files[0]!;
    void picture.open(first);
    const said = taken(files, [first]);
    if (said) notice.show(visible(said));
  },
  () => notice.show("What was dropped is not a file. Save the picture first, then drop it here."),
);

lab.onloading = showLoading;
lab.onready = hideLoading;
lab.ondead = (why) => {
  hideLoading();
  void session.freeze();
  attack.enable(false);
  notice.show(why);
};

/** What the lab can do: the build has written it down, and the lab says it too. */
async function describe(lab: Lab): Promise<Description> {
  try {
    return JSON.parse(new TextDecoder().decode(await download("description.json"))) as Description;
  } catch {
    return (await lab.ask("describe", {})).value;
  }
}

/** Starts everything at once. */
async function begin(): Promise<void> {
  corruption.begin(wish.state);
  picture.offer(photo.kind);
  wish.check("photograph", wish.state.photo, photo.name, photo.title);

  const described = describe(lab).then((value) => {
    session.description = value;
    corruption.offer(value.corruptions, value.viewSize, wish);
    attack.choice.offer(value.attacks, wish);
  });
  const offered = described.then(
    () => session.look().catch((e: unknown) => network.fail(e)), // the picture and the network may have come before
    (e: unknown) => notice.show(errorText(e)),
  );
  const suits = (classes: readonly string[]) => kindFor(classes) === photo.kind;
  const [, , bringLarger] = await Promise.all([offered, picture.choose(photo, true), network.begin(wish, suits)]);
  session.sight.set(wish.state.sight === "net");
  if (mode.present || mode.deck || mode.packed) {
    void keeper.start();
    return opening.begin(mode);
  }
  session.changed.send();
  await Promise.all([bringLarger(), network.second.begin(wish)]);
  void keeper.start();
  const there = wish.state.network === undefined || wish.state.network === session.network?.source.key;
  if (wish.state.run && there && attack.idle) await attack.run();
}

if (reason) {
  hideLoading();
  notice.show(reason);
} else {
  void begin();
}
