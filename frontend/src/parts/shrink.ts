// A photo as small as it needs to be: what a telephone takes is four times as wide as anyone looks at.

/** The picture with its longer side at most so many pixels; as it is where that saves nothing or cannot be done. */
export async function shrunk(file: File, edge: number): Promise<File> {
  if (!edge || file.size < 600_000) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
    const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
    return blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: blob.type }) : file;
  } catch {
    return file; // what the browser cannot read is left to the server to judge
  }
}
