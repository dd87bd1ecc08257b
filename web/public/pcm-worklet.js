// Hands the microphone's samples on in blocks of about a fifth of a second.
class Pcm extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(Math.round(sampleRate / 5));
    this.filled = 0;
  }

  process([channels]) {
    const heard = channels?.[0];
    if (heard === undefined) return true;
    let taken = 0;
    while (taken < heard.length) {
      const part = heard.subarray(taken, taken + this.block.length - this.filled);
      this.block.set(part, this.filled);
      this.filled += part.length;
      taken += part.length;
      if (this.filled === this.block.length) {
        this.port.postMessage(this.block);
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor("pcm", Pcm);
