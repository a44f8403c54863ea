// Marking in the page: the same rules as dlquiz.quiz.marking, on data that was prepared when the page was written.
"use strict";
const dlquizMarking = (() => {
  const right = (message = "", notes = []) => ({ correct: true, score: 1, unclear: false, message, notes });
  const wrong = (message = "", notes = [], score = 0) => ({ correct: false, score, unclear: false, message, notes });
  const unclear = (message) => ({ correct: false, score: 0, unclear: true, message, notes: [] });
  const partly = (good, of, what, notes, share) =>
    good === of
      ? right("", notes)
      : wrong(`${good} of ${of} ${what} ${good === 1 ? "is" : "are"} right.`, notes, share === null ? good / of : share);

  // --- texts, as Python sees them: characters are code points, and spaces, digits and cases those of Unicode ---
  const space = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  const spaces = new RegExp(`[${space}]+`, "u"), ends = new RegExp(`^[${space}]+|[${space}]+$`, "gu");
  const length = (text) => [...text].length;
  const trim = (text) => text.replace(ends, "");
  const oneLine = (text) => text.split(spaces).filter(Boolean).join(" ");
  const casefold = (text) => [...text].map((c) => c === "ı" ? c : /\p{Script=Cherokee}/u.test(c) ? c.toUpperCase()
    : c.toLowerCase().toUpperCase().toLowerCase()).join("");

  // --- words ---
  const longest = 200;
  const lookalikes = { "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u00b4": "'", "`": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"' };
  const tidy = (text) => oneLine(text.normalize("NFC"));
  const fold = (text) => {
    // First as they are: NFKD makes a space and an accent of an acute that stands for an apostrophe.
    const alike = (word) => [...word].map((c) => lookalikes[c] || c).join("");
    const split = alike(alike(text).normalize("NFKD"));
    const folded = oneLine(casefold(split).replace(/[\u0300-\u036f]/gu, "").normalize("NFC"));
    return folded.replace(/[. ]+$/u, "") || folded;
  };
  // The rules come with the page: dlquiz.quiz.folding.SPELLINGS.
  const term = (text, page) =>
    page.spellings.reduce((word, [from, to]) => word.replace(new RegExp(from, "gu"), to), fold(text));
  const distance = (a, b) => {
    const x = [...a], y = [...b];
    let before = [], last = [], row = y.map((_, j) => j).concat(y.length);
    for (let i = 1; i <= x.length; i++) {
      before = last; last = row; row = [i];
      for (let j = 1; j <= y.length; j++) {
        const same = x[i - 1] === y[j - 1] ? 0 : 1;
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
        if (i > 1 && j > 1 && x[i - 1] === y[j - 2] && x[i - 2] === y[j - 1]) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
    }
    return row[y.length];
  };
  const allowed = (size, most) => Math.min(size <= 3 ? 0 : size <= 9 ? 1 : 2, most);
  const prefixes = ["anti", "de", "dis", "il", "im", "in", "ir", "non", "non-", "over", "un", "under"];
  const opposite = (a, b) =>
    prefixes.some((p) => a === p + b || b === p + a) ||
    [["over", "under"], ["under", "over"]].some(
      ([p, q]) => a.startsWith(p) && b.startsWith(q) && a.slice(p.length) === b.slice(q.length));
  const digits = (text) => (text.match(/\p{Nd}+/gu) || []).join(",");
  // To Python's patterns an i without its dot, or with one in capitals, is an i.
  const matches = (pattern, text) => new RegExp(`^(?:${pattern})$`, "iu").test(text.replace(/[ıİ]/gu, "i"));
  const says = (form, said) => form.pattern === undefined
    ? form.folded === said.folded || form.term === said.term
    : length(said.text) <= longest && [tidy(said.text), said.folded].some((one) => matches(form.pattern, one));
  const judge = (question, text, page) => {
    const said = { text, folded: fold(text), term: term(text, page) };
    if (question.accept.some((form) => says(form, said))) return { fits: true, meant: "" };
    const same = (form) => form.folded === said.folded;
    for (const form of [...question.reject.filter(same), ...question.reject.filter((one) => !same(one))]) {
      if (says(form, said)) return { fits: false, why: form.why };
    }
    const word = said.folded;
    let best = null;
    for (const form of question.accept) {
      if (!form.slips) continue;
      // As it was typed, and in one word: "minibacth" is one slip away from "mini-batch", too.
      for (const [typed, meant] of [[word, form.folded], [said.term, form.term]]) {
        const most = allowed(length(meant), question.typos);
        if (!most || opposite(typed, meant) || digits(typed) !== digits(meant)) continue;
        const edits = distance(typed, meant);
        if (edits <= most && (best === null || edits < best.edits)) best = { meant: form.text, edits };
      }
    }
    const rejected = question.reject.filter((form) => form.slips);
    if (best !== null) {
      const others = rejected.map((form) => form.folded).concat(question.neighbours);
      const near = (other) => distance(word, other) <= best.edits || distance(said.term, term(other, page)) <= best.edits;
      if (!others.some(near)) return { fits: true, meant: best.meant };
    }
    for (const form of rejected) {
      const most = allowed(length(form.folded), 2);
      if (most && distance(word, form.folded) <= most && digits(word) === digits(form.folded)) {
        return { fits: false, why: form.why };
      }
    }
    return { fits: false, why: "" };
  };
  const tooLong = "This is too long. A word or a short phrase is enough.";
  const short = (question, text, page) => {
    if (length(text) > longest) return unclear(tooLong);
    if (!fold(text)) return unclear("Please type a word or a short phrase.");
    const verdict = judge(question, text, page);
    if (!verdict.fits) return wrong("", verdict.why ? [{ html: verdict.why, right: false }] : []);
    return right(verdict.meant ? `A small typo was forgiven: it is spelled “${verdict.meant}”.` : "");
  };

  // --- numbers: exact fractions of large integers ---
  const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return a < 0n ? -a : a; };
  const ratio = (n, d) => {
    if (d < 0n) [n, d] = [-n, -d];
    const g = gcd(n, d) || 1n;
    return [n / g, d / g];
  };
  const times = (a, b) => ratio(a[0] * b[0], a[1] * b[1]);
  const over = (a, b) => ratio(a[0] * b[1], a[1] * b[0]);
  const atMost = (a, b) => a[0] * b[1] <= b[0] * a[1];
  const apart = (a, b) => { const d = ratio(a[0] * b[1] - b[0] * a[1], a[1] * b[1]); return d[0] < 0n ? [-d[0], d[1]] : d; };
  const given = (pair) => ratio(BigInt(pair[0]), BigInt(pair[1]));
  const gaps = " \u00a0\u2009\u202f", asciiSpace = "[ \\t\\n\\r\\f\\v]*";
  const power = `10${asciiSpace}(?:\\^|\\*\\*)${asciiSpace}`;
  const numberStart = new RegExp(
    `^(?<sign>[+-]?)${asciiSpace}(?:${power}(?<power>[+-]?\\d{1,4})|` +
      `(?<body>(?:\\d(?:[\\d.,'_${gaps}]*\\d)?|[.,]\\d+)[.,]?)` +
      `(?:${asciiSpace}(?:[eE]|(?:[x×*·]${asciiSpace})?${power})${asciiSpace}(?<exponent>[+-]?\\d{1,4}))?)` +
      `(?:${asciiSpace}/${asciiSpace}(?<below>\\d+))?`);
  const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
  // 10⁻³, 10^{-3} and 10^(-3) are 10^-3.
  const plainPowers = (text) => text
    .replace(/(?<=10)[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}/g, (found) => "^" + [...found].map((c) => "0123456789+-"[raised.indexOf(c)]).join(""))
    .replace(new RegExp(`(\\^|\\*\\*)[${space}]*(?:\\{[${space}]*([+-]?[0-9]{1,4})[${space}]*\\}` +
      `|\\([${space}]*([+-]?[0-9]{1,4})[${space}]*\\))`, "gu"), (_, mark, one, other) => mark + (one || other));
  const plainDigits = (body, decimal, grouping) => {
    const at = decimal ? body.indexOf(decimal) : -1;
    let whole = at < 0 ? body : body.slice(0, at);
    const part = at < 0 ? "" : body.slice(at + 1);
    if (grouping) {
      const groups = whole.split(grouping);
      if (groups.length < 2 || !/^\d{1,3}$/.test(groups[0]) || groups.slice(1).some((g) => !/^\d{3}$/.test(g))) return [];
      whole = groups.join("");
    }
    if (!/^\d*$/.test(whole) || !/^\d*$/.test(part) || !(whole || part)) return [];
    return [[whole || "0", part]];
  };
  const spellings = (text, comma) => {
    const [decimal, other] = comma ? [",", "."] : [".", ","];
    const body = text.replace(new RegExp(`[${gaps}]`, "g"), " ");
    const marks = [...body].filter((c) => c === "." || c === ",");
    const silent = [...new Set([...body].filter((c) => " '_".includes(c)))];
    if (silent.length > 1) return [];
    const grouping = silent.length ? silent[0] : null;
    if (new Set(marks).size === 2) return plainDigits(body, marks[marks.length - 1], grouping || marks[0]);
    if (marks.length > 1) return grouping === null ? plainDigits(body, null, marks[0]) : [];
    if (!marks.length) return plainDigits(body, null, grouping);
    const mark = marks[0];
    const asDecimal = plainDigits(body, mark, grouping);
    const two = new RegExp(`^[1-9]\\d{0,2}\\${other}\\d{3}$`);
    if (mark === decimal || grouping !== null || !two.test(body)) return asDecimal;
    return plainDigits(body, null, mark).concat(asDecimal);
  };
  const readNumber = (text, comma) => {
    if (length(text) > 64) return { why: "This is too long for a number." };
    const clean = plainPowers(trim(text).replace(/[\u2212\u2013]/g, "-").replace(/\u2019/g, "'"));
    if (/^[+-]?\s*(nan|inf|infinity|∞)$/i.test(clean)) return { why: "Please write an ordinary number." };
    const found = numberStart.exec(clean);
    if (found === null) return { why: "This is not a number. Please write digits, for example 12 or 0.5." };
    const unit = trim(clean.slice(found[0].length));
    if (/\p{Nd}/u.test(unit)) return { why: "This holds more than one number. Please write just one." };
    const { sign, power: alone, body, exponent: raisedTo, below: divisor } = found.groups;
    const bodies = alone === undefined ? spellings(body, comma) : [["1", ""]];
    if (!bodies.length) return { why: "The commas, points or spaces in this number do not fit." };
    const exponent = Number(alone || raisedTo || 0), below = BigInt(divisor || 1);
    if (Math.abs(exponent) > 308 || below === 0n) return { why: "This number is too large or too small." };
    const scale = 10n ** BigInt(Math.abs(exponent));
    const values = bodies.map(([whole, part]) => {
      const plain = ratio(BigInt(whole + part), 10n ** BigInt(part.length) * below);
      const scaled = exponent < 0 ? over(plain, [scale, 1n]) : times(plain, [scale, 1n]);
      return sign === "-" ? [-scaled[0], scaled[1]] : scaled;
    });
    return { values, unit };
  };
  const unitOf = (text, units) => {
    const name = oneLine(text).replace(/\.+$/, "");
    if (!name) return ["share", "1", "1"];
    if (Object.hasOwn(units, name)) return units[name];
    const same = Object.keys(units).filter((key) => casefold(key) === casefold(name)).map((key) => units[key]);
    return new Set(same.map(String)).size === 1 ? same[0] : null;
  };
  const sameWord = (a, b) => {
    const [x, y] = [a, b].map((t) => oneLine(casefold(t)).replace(/\.+$/, ""));
    return x === y || x === `${y}s` || y === `${x}s`;
  };
  const numeric = (question, text, page) => {
    const read = readNumber(text, page.decimalComma);
    if (read.why) return unclear(read.why);
    if (read.values.length > 1) {
      return unclear("This can be read in two ways. Please write the number without a separator for thousands.");
    }
    const value = read.values[0];
    const [low, high] = [given(question.low), given(question.high)];
    const fits = (number) => atMost(low, number) && atMost(number, high);
    let wanted = question.unit;
    if (wanted && !read.unit) {
      const share = unitOf(wanted, page.units);
      if (share === null || String(share) !== "share,1,1") return unclear("Please write the unit after your number.");
      wanted = "";
    }
    const [ours, theirs] = [unitOf(wanted, page.units), unitOf(read.unit, page.units)];
    let converted = null, same = false;
    if (ours === null || theirs === null) {
      if (sameWord(wanted, read.unit)) [converted, same] = [value, true];
    } else if (ours[0] === theirs[0]) {
      converted = over(times(value, given(theirs.slice(1))), given(ours.slice(1)));
      same = String(ours) === String(theirs);
    }
    if (converted === null) {
      if (!wanted) return unclear("This unit was not expected here. Please write just the number.");
      return wrong(fits(value) ? "The number is right, but the unit is not." : "Neither the number nor the unit is right.");
    }
    if (fits(converted)) return right();
    if (fits(value) && !same) return wrong("The number is right, but the unit is not.");
    const near = question.near.filter((one) => atMost(given(one.low), converted) && atMost(converted, given(one.high)));
    near.sort((a, b) => {
      const [x, y] = [apart(given(a.at), converted), apart(given(b.at), converted)];
      return atMost(x, y) ? (atMost(y, x) ? 0 : -1) : 1;
    });
    return wrong("", near.slice(0, 1).map((one) => ({ html: one.why, right: false })));
  };

  // --- the other kinds ---
  const choice = (question, chosen) => {
    if (chosen === null) return unclear("Please choose an option.");
    const option = question.options[chosen];
    return option.right ? right() : wrong();
  };
  const multi = (question, ticked) => {
    if (!ticked.length) return unclear("Please tick at least one option: at least one of them is right.");
    const all = question.options.filter((o) => o.right).length, of = question.options.length;
    const hits = ticked.filter((i) => question.options[i].right).length, slips = ticked.length - hits;
    if (hits === all && !slips) return right();
    const bad = of - all;
    const score = { all: 0, each: (hits + bad - slips) / of, net: Math.max(0, (hits - slips) / all) }[question.partial];
    const parts = [];
    if (hits < all) parts.push(`${all - hits} right option${all - hits > 1 ? "s" : ""} not ticked`);
    if (slips) parts.push(`${slips} wrong option${slips > 1 ? "s" : ""} ticked`);
    return wrong(`${parts.join(", ")}.`, [], score);
  };
  const truefalse = (question, said) => {
    if (said === null) return unclear("Please choose true or false.");
    return said === question.truth ? right() : wrong(`The statement is ${question.truth}.`);
  };
  const cloze = (question, texts, page) => {
    if (!texts.some((text) => fold(text))) return unclear("Please fill in at least one blank.");
    if (texts.some((text) => length(text) > longest)) return unclear(tooLong);
    const notes = question.blanks.map((blank, i) => {
      const verdict = fold(texts[i]) ? judge(blank, texts[i], page) : { fits: false, why: "" };
      return { label: `Blank ${i + 1}`, html: verdict.fits ? "" : verdict.why, answer: verdict.fits ? "" : blank.first,
        right: verdict.fits };
    });
    const good = notes.filter((note) => note.right).length;
    return partly(good, notes.length, "blanks", notes, question.partial === "all" ? 0 : null);
  };
  const pairs = (question, chosen, what) => {
    if (chosen.every((one) => one === null)) return unclear("Please choose at least one.");
    const notes = question.terms.map((term, i) => {
      const good = chosen[i] === term.to;
      const reason = !good && chosen[i] !== null ? question.targets[chosen[i]].why : "";
      return { labelHtml: term.html, html: [reason, term.why].filter(Boolean).join(" "), right: good,
        answerHtml: good ? "" : question.targets[term.to].html };
    });
    const good = notes.filter((note) => note.right).length;
    return partly(good, notes.length, what, notes, question.partial === "all" ? 0 : null);
  };
  const order = (question, given) => {
    const { items, count, free, indent } = question;
    if (given.length !== count) return unclear(`Please take ${count} of the ${items.length} lines.`);
    const places = given.map(([item]) => item);
    const wanted = Array.from({ length: count }, (_, i) => i);
    const where = (item) => (places.includes(item) ? places.indexOf(item) : count);
    for (const group of free) {
      const members = [...group].sort((a, b) => where(a) - where(b) || a - b);
      group.forEach((place, n) => { wanted[place] = members[n]; });
    }
    const level = (item, steps) => !indent || steps === items[item].level;
    const notes = given.map(([item, steps], i) => {
      const { html, why } = items[item], place = wanted.indexOf(item);
      const said = [];
      if (place < 0) said.push("It belongs nowhere.");
      else if (place !== i) said.push(`It comes at place ${place + 1}.`);
      if (place >= 0 && !level(item, steps)) said.push(`It stands ${items[item].level} step${items[item].level === 1 ? "" : "s"} to the right.`);
      return { labelHtml: html, right: !said.length, html: [...said, why].filter(Boolean).join(" ") };
    });
    const good = notes.filter((note) => note.right).length;
    let share = null, words = null;
    if (question.partial === "all") share = 0;
    if (question.partial === "pairs") {
      const at = (item) => given.findIndex(([one, steps]) => one === item && level(item, steps));
      let well = 0, all = 0;
      for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) {
        const [one, other] = [at(wanted[i]), at(wanted[j])];
        all += 1; well += one >= 0 && one < other ? 1 : 0;
      }
      share = well / all;
      words = `${well} of ${all} pairs of items are in the right order.`;
    }
    const mark = partly(good, count, "items", notes, share);
    return words === null || mark.correct ? mark : { ...mark, message: words };
  };
  const canonical = (text) => {
    const quotes = { "“": '"', "”": '"', "‘": "'", "’": "'", "−": "-" };
    const line = oneLine(text.replace(/[“”‘’−]/g, (c) => quotes[c]));
    return line.replace(/(?<=[([{]) | (?=[)\]},])|(?<=,) /g, "");
  };
  const output = (question, text) => {
    if (!trim(text)) return unclear("Please type what the code prints.");
    if (length(text) > 4000) return unclear("This is too long.");
    const typed = canonical(text);
    if (typed === question.accept) return right();
    for (const [foreseen, why] of question.reject) {
      if (foreseen === typed) return wrong("", [{ html: why, right: false }]);
    }
    return casefold(typed) === casefold(question.accept) ? right(`Python writes it “${question.accept}”.`) : wrong();
  };

  const mark = (question, answer, page) => {
    switch (question.kind) {
      case "choice": return choice(question, answer);
      case "multi": return multi(question, answer);
      case "truefalse": return truefalse(question, answer);
      case "numeric": return numeric(question, answer, page);
      case "short": return short(question, answer, page);
      case "cloze": return cloze(question, answer, page);
      case "match": return pairs(question, answer, "pairs");
      case "categorise": return pairs(question, answer, "items");
      case "order": return order(question, answer);
      case "output": return output(question, answer);
      default: return unclear("This kind of question is not known to the page.");
    }
  };
  // What an answer leaves out: it is asked for once, before it counts as wrong.
  const missing = (question, answer) => {
    if (question.kind === "cloze") return answer.flatMap((text, i) => (fold(text) ? [] : [`blank ${i + 1}`]));
    if (!question.terms) return [];
    return question.terms.flatMap((term, i) => (answer[i] === null ? [term.text] : []));
  };
  const pointsText = (points) => String(Math.round(points * 100) / 100);
  // A small generator with a seed (mulberry32), so that the same seed shows the same page.
  const generator = (seed) => () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const shuffled = (list, random) => {
    const mixed = list.slice();
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
    }
    return mixed;
  };
  return { mark, missing, pointsText, fold, term, matches, generator, shuffled };
})();
if (typeof module !== "undefined") module.exports = dlquizMarking;
