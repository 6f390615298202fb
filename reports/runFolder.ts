// Where a run leaves what it found: reports/out/<timestamp>/ with the traces and result.json, and `latest` pointing at
// it. Names come from designs and guarantees, and whatever they are, the files stay inside the folder.
// Read next: verify/command.ts.
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { UsageError } from './exit.ts'
import { PACKAGE_ROOT } from './packageRoot.ts'

export const DEFAULT_OUT = join(PACKAGE_ROOT, 'reports', 'out')

export class RunFolder {
  readonly path: string
  /** The link that the replay lines name, or the folder itself where no link could be made. */
  readonly latest: string

  /** @throws UsageError where the folder cannot be made. */
  constructor(root: string, now: Date = new Date()) {
    const stamp = now.toISOString().replaceAll(':', '-').replace('.', '-')
    try {
      makeFolders(resolve(root))
      this.path = madeFresh(root, stamp)
    } catch (error) {
      throw new UsageError(`--out ${shown(root)}: cannot make a folder there (${reason(error)})`)
    }
    this.latest = link(root, this.path)
  }

  /** Writes a file and returns the path by which a person reaches it. */
  write(name: string, text: string): string {
    const safe = safeName(name)
    writeFileSync(join(this.path, safe), text)
    return shown(join(this.latest, safe))
  }
}

/** One plain file name: no folders, no leading dots, nothing a shell would read as something else. */
export const safeName = (name: string): string =>
  name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'unnamed'

/** From where the person stands if it is below, absolute otherwise. */
export function shown(path: string): string {
  const from = relative(process.cwd(), path)
  return from === '' || from.startsWith('..') || isAbsolute(from) ? path : from
}

/** Not mkdir's own `recursive`, which in /proc goes round for ever. */
function makeFolders(path: string): void {
  if (existsSync(path)) return
  makeFolders(dirname(path))
  mkdirSync(path)
}

function madeFresh(root: string, stamp: string): string {
  for (let again = 1; ; again++) {
    const path = join(root, again === 1 ? stamp : `${stamp}-${again}`)
    try {
      mkdirSync(path)
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** Replaced in one step, so that a reader never finds it missing. Something else of that name is left alone. */
function link(root: string, path: string): string {
  const latest = join(root, 'latest')
  const fresh = join(root, `.latest-${basename(path)}`)
  try {
    symlinkSync(basename(path), fresh)
    renameSync(fresh, latest)
    return latest
  } catch {
    rmSync(fresh, { force: true })
    return path
  }
}

const reason = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)
