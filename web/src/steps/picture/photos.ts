// The pictures that come with the page; web/static/photos/CREDITS.md has their sources.

export interface Photo {
  name: string; // as in links
  kind: "photograph" | "garment";
  title: string;
  credit: string;
  file: string;
  thumb: string;
  /** What the names of classes have in them that are right for it. */
  right: RegExp;
}

function photograph(name: string, title: string, credit: string, right: RegExp): Photo {
  const files = { file: `photos/${name}.jpg`, thumb: `photos/${name}-thumb.jpg` };
  return { name, kind: "photograph", title, credit: `Photograph: ${credit}.`, ...files, right };
}

function garment(name: string, title: string): Photo {
  const file = `photos/${name}.png`;
  return { name, kind: "garment", title, credit: "From Fashion-MNIST, © 2017 Zalando SE, MIT license.", file, thumb: file, right: /./ };
}

export const photos: readonly Photo[] = [
  photograph("chelsea", "Chelsea, a tabby cat", "Stefan van der Walt, CC0", /\bcat\b|tabby/i),
  photograph("moose", "A bull moose", "Ryan Hagerty, U.S. Fish and Wildlife Service, public domain", /\bdeer\b|\bmoose\b/i),
  photograph("goldfish", "A goldfish", "Necrophorus, public domain", /goldfish/i),
  photograph("coffee", "A cup of coffee", "Rachel Michetti, CC0", /espresso|coffee/i),
  photograph("rocket", "A rocket at its launch", "SpaceX, public domain", /missile|rocket/i),
  photograph("astronaut", "Eileen Collins, astronaut", "NASA, public domain", /astronaut/i),
  photograph("raccoon", "A raccoon", "public-domain-image.com, public domain", /raccoon/i),
  garment("boot", "An ankle boot"),
  garment("pullover", "A pullover"),
  garment("trousers", "Trousers"),
  garment("bag", "A bag"),
];

export function findPhoto(name: string): Photo | undefined {
  return photos.find((p) => p.name === name);
}

/** Reports whether a network has a class that is right for the picture. */
export function hasClassFor(p: Photo, classes: readonly string[]): boolean {
  return classes.some((c) => p.right.test(c));
}

/** Which kind of pictures a network can say something about. */
export function kindFor(classes: readonly string[]): Photo["kind"] {
  return classes.some((c) => /ankle boot/i.test(c)) ? "garment" : "photograph";
}
