const WORDS_IN_BLOCK = 16;
/** 64-bit length field at the end of the block, in words from its start; messages here need its lower half only. */
const LENGTH_WORD = 15;
/** 64 bytes less the 0x80 byte that ends a message and its 8 bytes of length. */
export const LONGEST_MESSAGE_BYTES = 55;

const schedule = new Int32Array(80);

/**
 * SHA-1 (FIPS 180-4, section 6.1.2) of a message that fits one block, in words: the first `bytes / 4` of `block`,
 * big-endian. `bytes` is a multiple of 4, at most `LONGEST_MESSAGE_BYTES`. The five words of the digest go into `digest`.
 * It serves as a fingerprint of flows, not for security; one block in plain words costs less than a call into a
 * general hash.
 */
export function sha1OfBlock(block: Int32Array, bytes: number, digest: Int32Array): void {
  const w = schedule;
  const words = bytes >> 2;
  for (let t = 0; t < words; t++) w[t] = block[t] ?? 0;
  w.fill(0, words, WORDS_IN_BLOCK);
  w[words] = 0x8000_0000;
  w[LENGTH_WORD] = bytes * 8;
  for (let t = WORDS_IN_BLOCK; t < 80; t++) {
    const x = (w[t - 3] ?? 0) ^ (w[t - 8] ?? 0) ^ (w[t - 14] ?? 0) ^ (w[t - 16] ?? 0);
    w[t] = (x << 1) | (x >>> 31);
  }
  compress(w, digest);
}

function compress(w: Int32Array, digest: Int32Array): void {
  let a = 0x6745_2301;
  let b = 0xefcd_ab89 | 0;
  let c = 0x98ba_dcfe | 0;
  let d = 0x1032_5476;
  let e = 0xc3d2_e1f0 | 0;
  for (let t = 0; t < 80; t++) {
    const f =
      t < 20
        ? ((b & c) | (~b & d)) + 0x5a82_7999
        : t < 40
          ? (b ^ c ^ d) + 0x6ed9_eba1
          : t < 60
            ? ((b & c) | (b & d) | (c & d)) + 0x8f1b_bcdc
            : (b ^ c ^ d) + 0xca62_c1d6;
    const next = (((a << 5) | (a >>> 27)) + f + e + (w[t] ?? 0)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  digest[0] = 0x6745_2301 + a;
  digest[1] = 0xefcd_ab89 + b;
  digest[2] = 0x98ba_dcfe + c;
  digest[3] = 0x1032_5476 + d;
  digest[4] = 0xc3d2_e1f0 + e;
}
