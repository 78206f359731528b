import { eventOf } from "../../../lambda/shared/event";
import type { Payment } from "../../../lambda/shared/payment";
import { derivable, receiptOf } from "../../../lambda/shared/receipt";
import { toItem, UnreadableItem, type Item } from "../../../lambda/shared/table";

const ID = "pay_26wbsdzhaa5dikapotj3fpxkob5w4kpo26dr3zg5h2mk4n6uyjjq";
const PAYMENT: Payment = {
  paymentId: ID,
  customerId: "c-1",
  amount: 1250,
  currency: "EUR",
  reference: "Rechnung №7 ☂",
  status: "ACCEPTED",
  region: "us-east-2",
  createdAt: "2026-11-21T06:50:00.123Z",
};
const { reference: _, ...PLAIN } = PAYMENT;

test("the bytes of a receipt are what every region has written since the first release", () => {
  expect(receiptOf(PAYMENT)).toEqual({
    key: `receipts/2026/11/21/${ID}.json`,
    body: `{"format":1,"paymentId":"${ID}","customerId":"c-1","amount":1250,"currency":"EUR","reference":"Rechnung №7 ☂","acceptedIn":"us-east-2","acceptedAt":"2026-11-21T06:50:00.123Z"}\n`,
  });
  expect(receiptOf(PLAIN).body).toBe(
    `{"format":1,"paymentId":"${ID}","customerId":"c-1","amount":1250,"currency":"EUR","acceptedIn":"us-east-2","acceptedAt":"2026-11-21T06:50:00.123Z"}\n`,
  );
});

test("a receipt that is derived late, of an item that has moved on or has new attributes, is the same", () => {
  const moved: Item = { extra: { S: "x" }, ...Object.fromEntries(Object.entries(toItem({ ...PAYMENT, status: "SETTLED" })).reverse()) };
  expect(receiptOf(derivable(moved))).toEqual(receiptOf(PAYMENT));
});

test.each<[string, Item]>([
  ["nothing", {}],
  ["no amount", { ...toItem(PAYMENT), amount: { S: "1250" } }],
  ["an id of something else", { ...toItem(PAYMENT), paymentId: { S: "pay_short" } }],
  ["an id that would leave its folder", { ...toItem(PAYMENT), paymentId: { S: "../../logs" } }],
  ["a time without milliseconds", { ...toItem(PAYMENT), createdAt: { S: "2026-11-21T06:50:00Z" } }],
  ["a day that would be a path", { ...toItem(PAYMENT), createdAt: { S: "../x" } }],
])("nothing is derived from an item with %s", (_what, item) => {
  expect(() => derivable(item)).toThrow(UnreadableItem);
});

test("the event is the same in both regions but for the attribute that names the region, and holds no free text", () => {
  const [east, ohio] = ["us-east-1", "us-east-2"].map((region) => eventOf(PAYMENT, region));
  expect(east).toEqual({
    message: `{"eventId":"${ID}","eventType":"payment.accepted","paymentId":"${ID}","customerId":"c-1","amount":1250,"currency":"EUR","acceptedIn":"us-east-2","acceptedAt":"2026-11-21T06:50:00.123Z"}`,
    attributes: {
      eventId: { DataType: "String", StringValue: ID },
      eventType: { DataType: "String", StringValue: "payment.accepted" },
      region: { DataType: "String", StringValue: "us-east-1" },
    },
  });
  expect(ohio?.message).toBe(east?.message);
  expect(ohio?.attributes.region.StringValue).toBe("us-east-2");
});
