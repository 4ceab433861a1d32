"""Somebody at a keyboard, for journeys without a mouse."""

import pytest

FOCUSED = r"""async () => {
  const now = document.activeElement, before = window.focusedBefore;
  if (now === document.body) return {name: "BODY"};
  window.focusedBefore = now;
  const lit = shape => shape.outlineStyle !== "none" || shape.boxShadow !== "none";
  const isSeen = () => {
    const box = now.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.width > 1 && lit(getComputedStyle(now));
  };
  // What comes into sight when it has the focus does so with the next picture.
  for (let frame = 0; frame < 5 && before !== now && !isSeen(); frame++) await new Promise(requestAnimationFrame);
  return {
    name: now.name || now.textContent.trim().replace(/\s+/g, " "),
    isInOrder: !before || !before.isConnected || before === now
      || Boolean(before.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING),
    // Inside the field of a day or a time the browser shows by itself which of its parts has the focus.
    isSeen: isSeen() || (before === now && ["date", "time"].includes(now.type)),
  };
}"""


FIRST_STEPS = 5


class Keys:
    """Somebody without a mouse: the tabulator leads to everything, in the order of the page, and shows where it is."""

    def __init__(self, page):
        self.page = page

    def to(self, name):
        """Press the tabulator until a field of this name, or a link or button of these words, is reached."""
        for step in range(200):
            self.page.keyboard.press("Tab")
            now = self.page.evaluate(FOCUSED)
            where = f"{now['name']} on {self.page.url}"
            if now["name"] == "BODY":  # past the end of the page, or not on it yet
                if step > FIRST_STEPS:
                    break
                continue
            assert now["isInOrder"], f"out of its order: {where}"
            assert now["isSeen"], f"has the focus unseen: {where}"
            if now["name"].startswith(name):
                return
        pytest.fail(f"{name} cannot be reached by keyboard on {self.page.url}")

    def press(self, name):
        """Follow a link or push a button."""
        self.to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def turn(self, name):
        """Follow a link or push a button, and pass over the head of the page that it leads to."""
        self.press(name)
        if not self.page.url.endswith("#main"):  # a form that was sent from there comes back there
            self.to("Skip to the main content")
            self.page.keyboard.press("Enter")

    def type(self, name, text):
        self.to(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def type_day(self, name, day):
        """Type a day into the device's own field, in the order in which the device asks for it."""
        self.to(name)
        for order in ("%d%m%Y", "%m%d%Y"):
            self.page.keyboard.type(day.strftime(order))
            if self.page.evaluate("document.activeElement.value") == day.isoformat():
                return
            for _ in range(2):  # back from the year to what comes first
                self.page.keyboard.press("ArrowLeft")
        pytest.fail(f"{day} cannot be typed into {name}")
