// The relative in a persona's situation, for the tab that binds them.
//
// What a persona knows of the relative is told in its description. The wording is simulator/personas.py's; the tests
// hold the two together.

const wording = new RegExp(
  '[A-Z][a-z]+ (?<name>[^,.]+), identity number (?<idNumber>\\w+), born (?<birthDate>\\d{4}-\\d{2}-\\d{2}), ' +
    '(?<sex>male|female), relation (?<relation>[A-Z_]+)\\.',
);

/** What the description tells (in English), as values for `{{relativeName}}` and so on; nothing when it tells of nobody. */
export function relativeIn(description) {
  const told = wording.exec(description ?? '')?.groups;
  if (!told) return {};
  return {
    relativeName: told.name,
    relativeIdNumber: told.idNumber,
    relativeBirthDate: told.birthDate,
    relativeSex: told.sex.toUpperCase(),
    relativeRelation: told.relation,
  };
}
