// Runs a Python program in Pyodide: node pyodide.mjs PYODIDE PROGRAM FOLDER...
//
// What is in the folders can be imported. /drive is as a folder of JupyterLite's file browser is
// (version 0.8): each stream has a copy of the file, which becomes the file when it is closed.
// There is no mmap, and what asks for the size of a file is told that of the one that is stored.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [pyodideFolder, program, ...folders] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(pyodideFolder, "pyodide.mjs")));
const pyodide = await loadPyodide();
const { FS } = pyodide;

const streamOps = {
  open(stream) {
    const { contents, usedBytes } = stream.node;
    stream.copy = Uint8Array.from(contents?.subarray?.(0, usedBytes) ?? []);
  },
  close(stream) {
    if (stream.flags & 3) {
      stream.node.contents = stream.copy;
      stream.node.usedBytes = stream.copy.length;
    }
  },
  read(stream, buffer, offset, length, position) {
    const found = stream.copy.subarray(position, position + length);
    buffer.set(found, offset);
    return found.length;
  },
  write(stream, buffer, offset, length, position) {
    if (position + length > stream.copy.length) {
      const longer = new Uint8Array(position + length);
      longer.set(stream.copy);
      stream.copy = longer;
    }
    stream.copy.set(buffer.subarray(offset, offset + length), position);
    return length;
  },
  llseek(stream, offset, whence) {
    return offset + [0, stream.position, stream.copy.length][whence];
  },
};

function asInJupyterLite(node) {
  if (FS.isDir(node.mode)) {
    const { mknod } = node.node_ops;
    node.node_ops = { ...node.node_ops, mknod: (...given) => asInJupyterLite(mknod(...given)) };
  } else {
    node.stream_ops = streamOps;
  }
  return node;
}

FS.mkdir("/drive");
FS.mount(FS.filesystems.MEMFS, {}, "/drive");
asInJupyterLite(FS.lookupPath("/drive").node);
folders.forEach((folder, number) => {
  pyodide.mountNodeFS(`/packages/${number}`, path.resolve(folder));
  pyodide.runPython(`import sys; sys.path.append("/packages/${number}")`);
});
pyodide.runPython("sys.dont_write_bytecode = True");
await pyodide.runPythonAsync(fs.readFileSync(program, "utf8"));
