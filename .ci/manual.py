#!/usr/bin/env python3
"""Writes the manual: `.ci/manual.py COMMAND FOLDER` puts stepglass.1 and a page for each command into FOLDER.

All words are the command's own help, as its parser tells it (--experimental-dump-help). The date is that of
SOURCE_DATE_EPOCH, so that the same command gives the same pages.
"""
import json
import os
import subprocess
import sys
import time


def main(command, folder):
    told = subprocess.run([command, "--experimental-dump-help"], capture_output=True, check=True, text=True).stdout
    version = subprocess.run([command, "--version"], capture_output=True, check=True, text=True).stdout.strip()
    root = json.loads(told)["command"]
    commands = [one for one in root["subcommands"] if one["commandName"] != "help"]
    os.makedirs(folder, exist_ok=True)
    write(folder, "stepglass", page(root, ["stepglass"], version, commands))
    for one in commands:
        inner = [each for each in one.get("subcommands", []) if each["commandName"] != "help"]
        write(folder, f"stepglass-{one['commandName']}", page(one, ["stepglass", one["commandName"]], version, inner))


def write(folder, name, text):
    with open(os.path.join(folder, name + ".1"), "w", encoding="utf-8") as file:
        file.write(text)


def page(command, words, version, inner):
    day = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", "0"))))
    name, spoken = "-".join(words), " ".join(words)
    lines = [
        f'.TH {name.upper().replace("-", chr(92) + "-")} 1 "{day}" "stepglass {escaped(version)}" "Stepglass"',
        ".SH NAME",
        f"{escaped(name)} {chr(92)}- {escaped(command['abstract'].rstrip('.'))}",
        ".SH SYNOPSIS",
        f".B {escaped(spoken)}",
        escaped(synopsis(command, inner)),
    ]
    if command.get("discussion"):
        lines += [".SH DESCRIPTION", *discussion(command["discussion"])]
    for title, arguments in groups(command):
        lines.append(f".SH {escaped(title.upper())}")
        for argument in arguments:
            lines += [".TP", heading(argument), escaped(told(argument)) or "\\ "]
    if inner:
        lines.append(".SH COMMANDS")
        for one in inner:
            lines += [".TP", f".B {escaped(one['commandName'])}", escaped(one["abstract"])]
        for one in inner if len(words) > 1 else []:
            lines += [f".SH {escaped((spoken + ' ' + one['commandName']).upper())}", *discussion(one.get("discussion", ""))]
            for _, arguments in groups(one):
                for argument in arguments:
                    lines += [".TP", heading(argument), escaped(told(argument)) or "\\ "]
    lines += [
        ".SH EXIT STATUS",
        "0 done; 1 it failed, and one line says what, where, and what to do next; 2 a check found a difference; 64 wrong usage.",
        ".SH ENVIRONMENT",
        ".TP",
        ".B STEPGLASS_LANG",
        "en or zh\\-TW: the language of messages, tables and pictures; without it the locale decides.",
        ".TP",
        ".B NO_COLOR",
        "Where it is set, nothing is printed in colour.",
    ]
    if len(words) > 1:
        lines += [".SH SEE ALSO", ".BR stepglass (1)"]
    elif inner:
        lines += [".SH SEE ALSO", ",\n".join(f".BR stepglass\\-{escaped(one['commandName'])} (1)" for one in inner)]
    return "\n".join(line for line in lines if line) + "\n"


def synopsis(command, inner):
    words = ["[options]"] if any(one["kind"] != "positional" for one in command["arguments"]) else []
    for one in command["arguments"]:
        if one["kind"] == "positional" and one["shouldDisplay"]:
            word = f"<{one['valueName']}>" + (" ..." if one["isRepeating"] else "")
            words.append(f"[{word}]" if one["isOptional"] else word)
    return " ".join(words + (["<command>"] if inner else []))


def groups(command):
    """The arguments by their titles, in the order of the help."""
    found = {}
    for one in command["arguments"]:
        if one["shouldDisplay"]:
            title = one.get("sectionTitle") or ("arguments" if one["kind"] == "positional" else "options")
            found.setdefault(title, []).append(one)
    return found.items()


def heading(argument):
    if argument["kind"] == "positional":
        return f".I {escaped(argument['valueName'])}"
    names = [("--" if one["kind"] == "long" else "-") + one["name"] for one in argument["names"]]
    text = ", ".join(f"\\fB{escaped(name)}\\fR" for name in names)
    return text + (f" \\fI{escaped(argument['valueName'])}\\fR" if argument["kind"] == "option" else "")


def told(argument):
    return " ".join(argument.get("abstract", "").split())


def discussion(text):
    """Lines that are indented stand as they are; the others flow."""
    result, flowing = [], []
    for line in text.split("\n") + [""]:
        if line.startswith("  "):
            if flowing:
                result += [escaped(" ".join(flowing))]
                flowing = []
            result += [".RS 2", ".nf", escaped(line.strip()), ".fi", ".RE"]
        elif line.strip():
            flowing.append(line.strip())
        elif flowing:
            result += [".PP", escaped(" ".join(flowing))]
            flowing = []
    return result


def escaped(text):
    """A text that roff takes for nothing but a text."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("'", "\\(aq").replace('"', "\\(dq")
    return "\\&" + text if text.startswith((".", "'")) else text


main(*sys.argv[1:])
