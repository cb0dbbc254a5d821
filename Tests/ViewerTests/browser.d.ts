// What current browsers have and the type checker's own library does not know yet. Read by: check_types.sh.

interface CanvasRenderingContext2D {
    roundRect(x: number, y: number, w: number, h: number, radius: number): void;
}

declare class DecompressionStream {
    constructor(format: "deflate");
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array>;
}

interface Element {
    checkVisibility(): boolean;
}
