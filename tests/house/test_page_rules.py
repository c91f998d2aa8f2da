"""The checks that every page passes are checked: each finds what it is for, and a good page passes."""

from __future__ import annotations

import pytest

from tests.support.page_rules import faults_of_page

HEADERS = {"Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'"}
GOOD = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>报名</title>
<link rel="stylesheet" href="/static/a.css"><script type="module" src="/static/a.js"></script></head>
<body><main id="main"><h1>报名</h1>
<form method="post" action="/x"><input type="hidden" name="csrf_token" value="t">
<label for="name">姓名</label><input id="name" name="name" aria-describedby="hint"><p id="hint">两个字以上</p>
<label>手机号 <input name="phone"></label><button type="submit">提交</button></form>
<form method="get" action="/find"><input aria-label="查找" name="q"><button type="submit">查</button></form>
<a href="/my">我的</a> <a href="tel:06328811000">电话</a> <img src="/a.png" alt="">
<script type="application/json">{"n": 1}</script></main></body></html>"""

BAD = {
    "an empty title": ("<title>报名</title>", "<title> </title>", "title is empty"),
    "no language": (' lang="zh-CN"', "", "no lang"),
    "no main part": ("<main id", "<div id", "instead of one"),
    "two main headings": ("<h1>报名</h1>", "<h1>报名</h1><h1>又</h1>", "2 <h1>"),
    "an id that stands twice": ('id="hint"', 'id="name"', "stands 2 times"),
    "a hint that is not there": ('id="hint"', 'id="other"', "points at nothing"),
    "a tag that is never closed": ("</form>\n<a", "\n<a", "invalid HTML"),
    "a block inside a paragraph": ("<h1>报名</h1>", "<p><div>x</div></p>", "invalid HTML"),
    "a form without a method": ('<form method="get"', "<form", "no method"),
    "a form without an address": (' action="/find"', "", "no action"),
    "a form that posts without its token": ('name="csrf_token"', 'name="token"', "no csrf_token"),
    "an empty token": ('value="t"', 'value=""', "no csrf_token"),
    "a token in an address": ('action="/find">', 'action="/find"><input type="hidden" name="csrf_token">', "address"),
    "an input without a label": ('aria-label="查找"', 'placeholder="查找"', "has no label"),
    "a link without words": (">我的<", "><", "has no words"),
    "a picture without words": (' alt=""', "", "has no alt"),
    "an inline style": ('<a href="/my">', '<a href="/my" style="color:red">', "inline style"),
    "a style element": ("</head>", "<style>a{}</style></head>", "inline <style>"),
    "an inline script": ("</main>", "<script>alert(1)</script></main>", "inline <script>"),
    "an inline handler": ('<a href="/my">', '<a href="/my" onclick="x()">', "inline onclick"),
    "a script as an address": ('href="/my"', 'href="javascript:x()"', "is a script"),
    "a script of a third party": ('src="/static/a.js"', 'src="https://cdn.example/a.js"', "third party"),
    "a third party without a scheme": ('src="/a.png"', 'src="//cdn.example/a.png"', "third party"),
}


def test_a_good_page_passes():
    assert faults_of_page(GOOD, HEADERS) == []


@pytest.mark.parametrize("name", BAD)
def test_each_fault_is_found(name):
    good, bad, sentence = BAD[name]
    assert good in GOOD
    faults = faults_of_page(GOOD.replace(good, bad, 1), HEADERS)
    assert any(sentence in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ("", "no Content-Security-Policy"),
        ("default-src 'self' 'unsafe-inline'; frame-ancestors 'none'", "allows inline"),
        ("default-src 'self'", "says nothing of frame-ancestors"),
    ],
)
def test_a_weak_policy_is_found(policy, sentence):
    faults = faults_of_page(GOOD, {"Content-Security-Policy": policy} if policy else {})
    assert any(sentence in fault for fault in faults)
