'use strict';
for (const table of document.querySelectorAll('table.sort')) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.textContent = head.textContent;
    head.replaceChildren(button);
    const text = row => row.cells[column].textContent;
    const number = row => parseFloat(row.cells[column].dataset.value);
    button.onclick = () => {
      const numbers = [...body.rows].some(row => !isNaN(number(row)));
      const before = head.getAttribute('aria-sort') ?? (numbers ? 'ascending' : 'descending');
      const order = before === 'ascending' ? 'descending' : 'ascending', sign = order === 'ascending' ? 1 : -1;
      for (const h of heads) h.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      body.append(...[...body.rows].sort((a, b) => {
        const x = number(a), y = number(b);
        if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y) || sign * text(a).localeCompare(text(b), undefined, {numeric: true});
        return sign * (x - y);
      }));
    };
  });
}
const tip = document.createElement('div');
tip.id = 'tip';
tip.hidden = true;
document.body.append(tip);
for (const title of document.querySelectorAll('svg title')) {
  title.parentNode.dataset.note = title.textContent;
  title.remove();
}
document.addEventListener('pointerover', event => {
  const mark = event.target.closest('[data-note]');
  tip.hidden = !mark;
  if (!mark) return;
  tip.textContent = mark.dataset.note;
  const box = mark.getBoundingClientRect();
  const x = box.left + box.width / 2 - tip.offsetWidth / 2, y = box.top - tip.offsetHeight - 6;
  tip.style.left = Math.min(Math.max(8, x), innerWidth - tip.offsetWidth - 8) + 'px';
  tip.style.top = (y < 4 ? box.bottom + 6 : y) + 'px';
});
addEventListener('beforeprint', () => {
  for (const spec of document.querySelectorAll('details.spec')) spec.open = true;
});
