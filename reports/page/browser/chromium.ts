// Where the browser is that the page is tested in: the one named by SINKPROOF_CHROMIUM, else the first of these on the
// path. Nothing is downloaded. Read next: page.browser.ts.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** @throws Error saying how to get one. */
export function chromiumPath(): string {
  const { SINKPROOF_CHROMIUM, PATH = '' } = process.env
  if (SINKPROOF_CHROMIUM !== undefined && SINKPROOF_CHROMIUM !== '') return SINKPROOF_CHROMIUM
  const places = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  const found = places.find((place) => existsSync(place))
  if (found === undefined)
    throw new Error(
      `expected a Chromium on the PATH (${NAMES.join(', ')}) or its path in SINKPROOF_CHROMIUM; on Debian: apt-get install chromium`,
    )
  return found
}
