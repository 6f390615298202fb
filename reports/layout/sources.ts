// The files that the layout tests look at: every source of the five folders, with its text.
// Read next: importRules.ts, fileRules.ts, ../layout.test.ts.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../packageRoot.ts'

export const FOLDERS = ['model', 'impl', 'properties', 'bench', 'reports'] as const

export interface Source {
  /** From the root of the package, with forward slashes. */
  readonly path: string
  readonly text: string
}

/** Recorded vectors, traces and what runs leave behind are no sources. */
const isSource = (path: string): boolean => /\.(ts|mts|cts|js|mjs|cjs)$/.test(path) && !path.startsWith('reports/out/')

export function sources(): Source[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(PACKAGE_ROOT.length + 1)
          .replaceAll('\\', '/'),
      )
      .filter(isSource)
      .map((path) => ({ path, text: readFileSync(join(PACKAGE_ROOT, path), 'utf8') })),
  )
}

/** What stands at the top of the package and is not hidden. */
export const topLevel = (): string[] => readdirSync(PACKAGE_ROOT).filter((name) => !name.startsWith('.'))
