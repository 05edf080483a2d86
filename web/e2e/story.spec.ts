// The story of one workshop, once in French and once in Arabic (story.ts).
import { freshTest as test, slow } from "./fixtures.ts";
import { Story, type Telling } from "./story.ts";

test.describe.configure({ mode: "parallel", timeout: 180_000 * slow });

const tellings: Telling[] = [
  { lang: "fr", second: "ar", list: "participants-mas.xlsx", rows: 25, enrol: 24, remarks: true, title: "Détection et premier contact" },
  { lang: "ar", second: "fr", list: "participants-ong-ar.xlsx", rows: 20, enrol: 20, remarks: false, title: "الرصد والاتصال الأول" },
];

for (const telling of tellings) {
  test(`one workshop, from the list to the signed sheet, in ${telling.lang}`, async ({ house, server }) => {
    await new Story(house, server, telling).tell();
  });
}
