// The product page: price and total follow the chosen option and the quantity. The page works without this file.
"use strict";

const buy = document.querySelector("[data-buy]");
const shownPrice = document.querySelector("[data-price]");
const total = buy?.querySelector("[data-total]");
if (buy && total) {
  const count = buy.querySelector("input[name=quantity]");
  const english = document.documentElement.lang === "en";
  const write = (won) => (english ? `₩${won.toLocaleString("en")}` : `${won.toLocaleString("en")}원`);
  const sync = () => {
    const chosen = buy.querySelector("input[name=variant_id]:checked, input[name=variant_id][type=hidden]");
    if (!chosen) return;
    if (shownPrice) shownPrice.textContent = chosen.dataset.priceText;
    total.textContent = `· ${write(Number(chosen.dataset.won) * Math.max(1, Number(count.value) || 1))}`;
  };
  buy.addEventListener("input", sync);
  sync();
}
