"""Reads an archive of quizzes as another system would: the manifest, and each assessment against the content models of
IMS QTI 1.2.1, written here from the specification. Prints what it found as JSON; fails at the first thing that is wrong."""

import json
import re
import sys
import xml.etree.ElementTree as ET
import zipfile

QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
CP = "{http://www.imsglobal.org/xsd/imscp_v1p1}"

# Children as a regular expression over their names, each with a blank behind it, and the attributes: needed, allowed.
MODELS = {
    "questestinterop": ("assessment ", [], []),
    "assessment": ("(qtimetadata )*(section )+", ["ident"], ["title"]),
    "section": ("(item )*", ["ident"], ["title"]),
    "item": ("(itemmetadata )?presentation (resprocessing )*(itemfeedback )*", ["ident"], ["title"]),
    "itemmetadata": ("(qtimetadata )*", [], []),
    "qtimetadata": ("(qtimetadatafield )+", [], []),
    "qtimetadatafield": ("fieldlabel fieldentry ", [], []),
    "fieldlabel": ("", [], []),
    "fieldentry": ("", [], []),
    "presentation": ("(material |response_lid |response_str )+", [], []),
    "material": ("(mattext )+", [], []),
    "mattext": ("", [], ["texttype"]),
    "response_lid": ("(material )?render_choice (material )?", ["ident"], ["rcardinality"]),
    "response_str": ("(material )?render_fib (material )?", ["ident"], ["rcardinality"]),
    "render_choice": ("(material |response_label )*", [], []),
    "render_fib": ("(material |response_label )*", [], ["fibtype"]),
    "response_label": ("(material )*", ["ident"], []),
    "resprocessing": ("outcomes (respcondition )+", [], []),
    "outcomes": ("(decvar )+", [], []),
    "decvar": ("", [], ["varname", "vartype", "minvalue", "maxvalue"]),
    "respcondition": ("conditionvar (setvar )*(displayfeedback )*", [], ["continue", "title"]),
    "conditionvar": ("(not |and |or |other |varequal |vargte |varlte )+", [], []),
    "or": ("(not |and |or |varequal |vargte |varlte )+", [], []),
    "and": ("(not |and |or |varequal |vargte |varlte )+", [], []),
    "other": ("", [], []),
    "varequal": ("", ["respident"], []),
    "vargte": ("", ["respident"], []),
    "varlte": ("", ["respident"], []),
    "setvar": ("", [], ["varname", "action"]),
    "displayfeedback": ("", ["linkrefid"], ["feedbacktype"]),
    "itemfeedback": ("(flow_mat |material )+", ["ident"], ["title"]),
    "flow_mat": ("(flow_mat |material )+", [], []),
}
VALUES = {
    "rcardinality": {"Single", "Multiple", "Ordered"}, "fibtype": {"String", "Integer", "Decimal", "Scientific"},
    "continue": {"Yes", "No"}, "action": {"Set", "Add", "Subtract", "Multiply", "Divide"},
    "feedbacktype": {"Response", "Solution", "Hint"}, "texttype": {"text/plain", "text/html"},
}


def name(element):
    assert element.tag.startswith(QTI), element.tag
    return element.tag[len(QTI):]


def check(element):
    model, needed, allowed = MODELS[name(element)]
    children = "".join(name(child) + " " for child in element)
    assert re.fullmatch(model, children), (name(element), children)
    for attribute in needed:
        assert element.get(attribute), (name(element), attribute)
    for attribute, value in element.attrib.items():
        assert attribute in needed + allowed, (name(element), attribute)
        assert attribute not in VALUES or value in VALUES[attribute], (attribute, value)
    if model != "":
        assert not (element.text or "").strip() and not any((child.tail or "").strip() for child in element)
    for child in element:
        check(child)


def holds(condition, answer):
    kind, value = name(condition), condition.text
    if kind in ("conditionvar", "or"):
        return any(holds(child, answer) for child in condition)
    if kind == "and":
        return all(holds(child, answer) for child in condition)
    if kind == "other":
        return True
    if kind == "varequal":
        return value == answer
    return float(answer) >= float(value) if kind == "vargte" else float(answer) <= float(value)


def scored(item, answer):
    """The score, and the feedback's words, as the conditions say in their order."""
    score, shown, matched = 0, [], False
    for condition in item.findall(f"{QTI}resprocessing/{QTI}respcondition"):
        variable = condition.find(f"{QTI}conditionvar")
        is_other = [name(child) for child in variable] == ["other"]
        if not holds(variable, answer) or (is_other and matched):
            continue
        matched = True
        for one in condition.findall(f"{QTI}setvar"):
            score = float(one.text)
        for one in condition.findall(f"{QTI}displayfeedback"):
            target = [f for f in item.findall(f"{QTI}itemfeedback") if f.get("ident") == one.get("linkrefid")]
            assert len(target) == 1, one.get("linkrefid")
            shown.append("".join(target[0].itertext()))
        if condition.get("continue") == "No":
            break
    return score, shown


archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
manifest = ET.fromstring(archive.read("imsmanifest.xml"))
assert manifest.tag == CP + "manifest" and manifest.get("identifier")
assert [child.tag for child in manifest] == [CP + one for one in ("metadata", "organizations", "resources")]
files = [one.get("href") for one in manifest.iter(CP + "resource") if one.get("type") == "imsqti_xmlv1p2"]
assert sorted(files + ["imsmanifest.xml"]) == sorted(archive.namelist())
told = {"quizzes": [], "items": []}
identifiers = set()
for file in files:
    root = ET.fromstring(archive.read(file))
    check(root)
    told["quizzes"].append(root[0].get("title"))
    for item in root.iter(QTI + "item"):
        assert item.get("ident") not in identifiers, item.get("ident")
        identifiers.add(item.get("ident"))
        fields = {f[0].text: f[1].text for f in item.iter(QTI + "qtimetadatafield")}
        labels = [label.get("ident") for label in item.iter(QTI + "response_label")]
        right = [c.find(f"{QTI}conditionvar") for c in item.iter(QTI + "respcondition") if c.find(f"{QTI}setvar") is not None]
        assert len(right) == 1
        answer = next(one.text for one in right[0].iter(QTI + "varequal"))
        wrong = [one.text for c in item.iter(QTI + "respcondition") if c.get("continue") == "Yes"
                 for one in c.iter(QTI + "varequal")]
        # As Canvas imports it: a number in a bracket is an answer that scores, and one feedback is for all wrong answers.
        for c in item.iter(QTI + "respcondition"):
            bracket = c.find(f"{QTI}conditionvar/{QTI}or") is not None or c.find(f"{QTI}conditionvar/{QTI}and") is not None
            is_number = fields["question_type"] == "numerical_question"
            assert bracket == (is_number and c.find(f"{QTI}setvar") is not None), (item.get("title"), "bracket")
        names = [f.get("ident") for f in item.iter(QTI + "itemfeedback")]
        assert len([one for one in names if re.search("wrong|incorrect", one)]) == 1, names
        assert len([one for one in names if re.search("correct", one)]) == 2, names
        assert scored(item, answer)[0] == 100 and len(scored(item, answer)[1]) == 1
        for one in wrong + ["-98765"]:
            score, shown = scored(item, one)
            assert score == 0 and shown and all(text.strip() for text in shown), (item.get("title"), one)
        if fields["question_type"] == "multiple_choice_question":
            assert answer in labels and len(labels) == len(set(labels)) == len(wrong) + 1
        else:
            assert fields["question_type"] == "numerical_question" and labels == ["answer1"]
        told["items"].append({"file": file, "title": item.get("title"), "type": fields["question_type"], "answer": answer,
            "points": int(fields["points_possible"]), "wrong": wrong,
            "text": "".join(item.find(f"{QTI}presentation/{QTI}material").itertext())})
print(json.dumps(told))
