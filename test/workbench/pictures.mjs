// The end of `npm run pictures`: makes media/walkthrough and media/readme of what pictures.test.ts and animations.ts left in
// out/.
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

const root = path.resolve(import.meta.dirname, '../..');

const report = (file, { size }) => console.log(`${path.relative(root, file)}: ${Math.round(size / 1000)} kB`);

const screenshots = path.join(root, 'out/screenshots/walkthrough');
for (const name of readdirSync(screenshots).filter((name) => /^[^-]+-(dark|light)\.png$/.test(name))) {
  const file = path.join(root, 'media/walkthrough', name);
  const picture = sharp(path.join(screenshots, name)).png({
    palette: true,
    colours: 64,
    dither: 0,
    effort: 10,
  });
  report(file, await picture.toFile(file));
}

const animations = path.join(root, 'out/animations');
mkdirSync(path.join(root, 'media/readme'), { recursive: true });
for (const name of readdirSync(animations)) {
  const frames = readdirSync(path.join(animations, name)).sort();
  const file = path.join(root, 'media/readme', `${name}.gif`);
  const animation = sharp(
    frames.map((frame) => path.join(animations, name, frame)),
    { join: { animated: true } },
  ).gif({
    // As `07-1200.png`: the eighth frame, for 1,200 milliseconds.
    delay: frames.map((frame) => Number(/-(\d+)\.png$/.exec(frame)[1])),
    loop: 0,
    dither: 0,
    effort: 10,
  });
  report(file, await animation.toFile(file));
}
