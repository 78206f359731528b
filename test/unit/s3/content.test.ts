import { Content } from "../../../twin/services/s3/body";

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe("an object holds the same whether text or bytes were given", () => {
  it.each([
    ["plain letters", "paid\n"],
    ["letters of several bytes", "größer €5 𝄞"],
    ["a byte order mark", "\ufeffpaid"],
    ["nothing", ""],
  ])("%s", (_what, text) => {
    for (const content of [new Content(text), new Content(bytesOf(text))]) {
      expect(content.text).toBe(text);
      expect([...content.bytes]).toEqual([...bytesOf(text)]);
      expect(content.size).toBe(bytesOf(text).length);
      expect(content.md5).toBe(new Content(bytesOf(text)).md5);
    }
  });

  it("half a character becomes the replacement character, as its bytes would", () => {
    const content = new Content("a\ud83d");
    expect([content.text, content.size]).toEqual(["a\ufffd", 4]);
    expect(content.md5).toBe(new Content(bytesOf("a\ufffd")).md5);
  });
});
