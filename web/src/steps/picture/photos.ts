// The pictures that come with the page; web/static/photos/CREDITS.md has their sources.

export interface Photo {
  name: string; // as in links
  kind: "photograph" | "garment";
  title: string;
  credit: string;
  file: string;
  thumb: string;
}

function photograph(name: string, title: string, credit: string): Photo {
  return { name, kind: "photograph", title, credit: `Photograph: ${credit}.`, file: `photos/${name}.jpg`, thumb: `photos/${name}-thumb.jpg` };
}

function garment(name: string, title: string): Photo {
  const file = `photos/${name}.png`;
  return { name, kind: "garment", title, credit: "From Fashion-MNIST, © 2017 Zalando SE, MIT license.", file, thumb: file };
}

export const photos: readonly Photo[] = [
  photograph("chelsea", "Chelsea, a tabby cat", "Stefan van der Walt, CC0"),
  photograph("rocket", "A rocket at its launch", "SpaceX, public domain"),
  photograph("astronaut", "Eileen Collins, astronaut", "NASA, public domain"),
  photograph("coffee", "A cup of coffee", "Rachel Michetti, CC0"),
  garment("boot", "An ankle boot"),
  garment("pullover", "A pullover"),
  garment("trousers", "Trousers"),
  garment("bag", "A bag"),
];

export function findPhoto(name: string): Photo | undefined {
  return photos.find((p) => p.name === name);
}

/** Which kind of pictures a network can say something about. */
export function kindFor(classes: readonly string[]): Photo["kind"] {
  return classes.some((c) => /ankle boot/i.test(c)) ? "garment" : "photograph";
}
