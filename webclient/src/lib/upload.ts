// A file on its way to the server, and a folder as one file. Nothing is kept
// of it here but the file itself, while the page is open: a table can then be
// read in another way without being chosen again.

import { zipSync, type Zippable } from 'fflate'
import { Refusal, refusalOf } from './api'
import { decode, type ID, type Import, MAX_UPLOAD, type ReadAs } from './nouns'

/** What is sent, and under what name. */
export interface Sending {
  name: string
  file: Blob
  modified: number
  /** Files of a folder that stayed on her machine. */
  stayed: number
}

/** The file that an import was read from, if this page sent it. */
export const sent = new Map<ID, Sending>()

const TOO_LARGE = 'This file is larger than 200 MB. Export a part of it, such as a year or one journal, or leave photos and recordings out.'

export interface Options extends ReadAs {
  zone: string
  replaces?: ID
}

/** Sends a file and waits until it is read; progress is 0..1 of what is sent. */
export function upload(what: Sending, options: Options, progress: (part: number) => void, signal: AbortSignal): Promise<Import> {
  if (what.file.size > MAX_UPLOAD) return Promise.reject(new Refusal(413, 'invalid', TOO_LARGE))
  const params = new URLSearchParams({ modified: String(what.modified) })
  for (const [k, v] of Object.entries(options)) if (v !== undefined && v !== false) params.set(k, String(v))
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest() // fetch does not tell how much is sent
    const lost = () => reject(new Refusal(0, 'unavailable', 'The file did not arrive. Nothing was stored; send it again.'))
    request.open('POST', '/api/imports?' + params)
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.setRequestHeader('Content-Disposition', `attachment; filename*=UTF-8''${escape(what.name)}`)
    request.upload.onprogress = (e) => progress(e.lengthComputable ? e.loaded / e.total : 0)
    request.upload.onload = () => progress(1)
    request.onerror = lost
    request.onabort = () => reject(new Refusal(0, 'stopped', 'Stopped. Nothing was stored.'))
    request.onload = () => {
      if (request.status !== 201) return reject(refusalOf(request.status, request.responseText))
      try {
        const read = decode(request.responseText) as Import
        sent.set(read.id, what)
        resolve(read)
      } catch {
        lost()
      }
    }
    signal.addEventListener('abort', () => request.abort())
    request.send(what.file)
  })
}

const escape = (name: string) => encodeURIComponent(name).replace(/['()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase())

/** One file as it is. */
export const single = (file: File): Sending => ({ name: file.name, file, modified: file.lastModified, stayed: 0 })

const NOTE = /\.(md|markdown|mdown|txt)$/i

/** A file and where it stood in its folder. */
export interface Placed {
  path: string
  file: File
}

/** Several files as one zip: the notes alone, since the rest would be left out anyway. */
export async function together(files: Placed[]): Promise<Sending> {
  const notes = files.filter((f) => NOTE.test(f.path) && !f.path.split('/').some((part) => part.startsWith('.')))
  if (notes.length === 0) throw new Refusal(0, 'invalid', 'There are no notes (.md or .txt) among these files.')
  if (notes.reduce((sum, f) => sum + f.file.size, 0) > MAX_UPLOAD) throw new Refusal(413, 'invalid', TOO_LARGE)
  const zip: Zippable = {}
  for (const { path, file } of notes) zip[path] = [new Uint8Array(await file.arrayBuffer()), { level: 1, mtime: within(file.lastModified) }]
  const top = notes[0]!.path.split('/')
  return {
    name: top.length > 1 ? top[0]! : `${notes.length} files`,
    file: new Blob([zipSync(zip)]),
    modified: Math.max(...notes.map((f) => f.file.lastModified)),
    stayed: files.length - notes.length,
  }
}

// The clock of zip files goes from 1980 to 2099.
const within = (at: number) => Math.min(Math.max(at, Date.UTC(1980, 0, 2)), Date.UTC(2099, 0, 1))

/** What was chosen or dropped: one file as it is, more of them as one. */
export const sending = (files: Placed[]): Promise<Sending> =>
  files.length === 1 && !files[0]!.path.includes('/') ? Promise.resolve(single(files[0]!.file)) : together(files)

/** The files of a list, with their folders where the browser says them. */
export const listed = (files: FileList): Placed[] =>
  [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }))

/** The files of what was dropped, its folders opened. */
export async function dropped(data: DataTransfer): Promise<Placed[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((e) => e !== null)
  if (!entries.some((e) => e.isDirectory)) return listed(data.files)
  const all: Placed[] = []
  for (const entry of entries) await open(entry, all)
  return all
}

async function open(entry: FileSystemEntry, all: Placed[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    all.push({ path: entry.fullPath.replace(/^\//, ''), file })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) { // it hands them out in pieces
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return
    for (const inner of some) await open(inner, all)
  }
}
