"""What is refused, and how a person is told."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.visitors import PHONE, Visitors

TEXT = "楼道里的灯坏了一个月，老人上下楼摔过一次。"

#: Send a form the page does not offer, as somebody with a tool would.
SEND = """([address, version]) => {
  const form = document.createElement("form");
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  Object.assign(form, {method: "post", action: address});
  for (const [name, value] of Object.entries({csrfmiddlewaretoken: token, version})) {
    const input = document.createElement("input");
    Object.assign(input, {type: "hidden", name, value});
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}"""


def said(page: Page) -> str:
    return page.locator(".note.bad").inner_text()


def test_whoever_handled_it_cannot_check_it(visitors: Visitors, numbers: dict[str, list[str]]) -> None:
    address = f"/desk/cases/{numbers['handled'].pop()}"
    other = visitors.staff("he.jie")
    other.goto(address)
    form = "form[action$='/steps/begin_check']"
    expect(other.locator(form)).to_have_count(1)
    version = other.locator(f"{form} [name=version]").input_value()
    handler = visitors.staff("chen.guoping")
    handler.goto(address)
    expect(handler.locator("#headline .chip").first).to_have_text("待核查")
    expect(handler.locator(form)).to_have_count(0)
    with handler.expect_navigation():
        handler.evaluate(SEND, [f"{address}/steps/begin_check", version])
    assert "核查人不能是办理人" in said(handler)
    expect(handler.locator("#headline .chip").first).to_have_text("待核查")


def test_two_people_take_the_same_step(visitors: Visitors, numbers: dict[str, list[str]]) -> None:
    address = f"/desk/cases/{numbers['accepted'].pop()}"
    first, second = visitors.staff("chen.guoping"), visitors.staff("chen.guoping")
    for window in (first, second):
        window.goto(address)
        window.keyboard.press("s")
    second.locator("details[data-key=s] button.main").focus()
    with first.expect_navigation():
        first.locator("details[data-key=s] button.main").click()
    with second.expect_navigation():
        second.locator("details[data-key=s] button.main").click()
    assert "陈国平已将其变为“处置中”" in said(second)
    expect(second.locator("#headline .chip").first).to_have_text("处置中")
    expect(second.locator("details[data-key=h]")).to_have_count(1)


def test_marks_in_a_text_are_shown_as_text(visitors: Visitors, numbers: dict[str, list[str]]) -> None:
    desk = visitors.staff("li.wen")
    for address in ("/desk?tab=received", f"/desk/reports/{numbers['reports'][2]}"):
        desk.goto(address)
        expect(desk.locator("main")).to_contain_text("<b id='planted'>井盖</b><script>")
        expect(desk.locator("#planted")).to_have_count(0)
        assert desk.title() != "planted"


def test_file_that_is_no_photo_is_refused_beside_the_form(visitors: Visitors) -> None:
    phone = visitors.someone(PHONE)
    phone.goto("/report")
    phone.fill("#text", TEXT)
    phone.fill("#address", "滨江社区三幢")
    phone.set_input_files("#photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"})
    phone.click(".send button")
    expect(phone.locator(".note.bad")).to_contain_text("不是能读的照片")
    expect(phone.locator("#part-photo >> xpath=ancestor::section >> css=.wrong")).to_contain_text(
        "不是能读的照片"
    )
    expect(phone.locator("#text")).to_have_value(TEXT)
    expect(phone.locator("#address")).to_have_value("滨江社区三幢")


def test_file_of_another_kind_is_not_taken_in_silence(visitors: Visitors) -> None:
    phone = visitors.someone(PHONE)
    phone.goto("/report")
    phone.set_input_files("#photos", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-"})
    expect(phone.locator(".toast")).to_contain_text("不是照片")


def test_unknown_code_is_answered_in_plain_words(visitors: Visitors) -> None:
    phone = visitors.someone(PHONE)
    phone.goto("/progress?code=ABCD-EFGH-JKLM")
    expect(phone.locator(".note.warn")).to_contain_text("没有找到这个查询码")
    expect(phone.locator("#code")).to_have_value("ABCD-EFGH-JKLM")
