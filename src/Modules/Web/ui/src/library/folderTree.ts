import type { Folder } from '@/api';

export interface ChildFolder {
  name: string;
  path: string;
  /** Documents in it and in everything below it. */
  documents: number;
}

export interface FolderNode {
  value: string;
  label: string;
  children?: FolderNode[];
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** "a/b" out of what a person or an address may write: "/a//b/". */
export function cleanPath(text: string): string {
  return text
    .split('/')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('/');
}

/** Every part of the path with the path up to it, for breadcrumbs. */
export function trail(path: string): { name: string; path: string }[] {
  const parts = path === '' ? [] : path.split('/');
  return parts.map((name, i) => ({ name, path: parts.slice(0, i + 1).join('/') }));
}

/** The folders right below one; those without documents of their own are implied by longer paths. */
export function childFolders(folders: readonly Folder[], parent: string): ChildFolder[] {
  const prefix = parent === '' ? '' : `${parent}/`;
  const children = new Map<string, ChildFolder>();
  for (const { path, documents } of folders) {
    if (path === parent || !path.startsWith(prefix)) continue;
    const end = path.indexOf('/', prefix.length);
    const childPath = end < 0 ? path : path.slice(0, end);
    const child = children.get(childPath);
    if (child !== undefined) child.documents += documents;
    else if (childPath !== '') children.set(childPath, { name: childPath.slice(prefix.length), path: childPath, documents });
  }
  return [...children.values()];
}

/** All folders as a tree, sorted by name. */
export function folderTree(folders: readonly Folder[], language: string): FolderNode[] {
  const collator = new Intl.Collator(language, { numeric: true });
  const nodes = new Map<string, FolderNode>();
  const top: FolderNode[] = [];
  const nodeOf = (path: string): FolderNode => {
    const known = nodes.get(path);
    if (known !== undefined) return known;
    const node: FolderNode = { value: path, label: path.slice(path.lastIndexOf('/') + 1) };
    nodes.set(path, node);
    const parent = parentOf(path);
    if (parent === '') top.push(node);
    else (nodeOf(parent).children ??= []).push(node);
    return node;
  };
  for (const { path } of folders) if (path !== '') nodeOf(path);
  const sort = (level: FolderNode[]) => level.sort((a, b) => collator.compare(a.label, b.label));
  for (const node of nodes.values()) if (node.children !== undefined) sort(node.children);
  return sort(top);
}
