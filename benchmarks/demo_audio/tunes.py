"""Six tunes of the public domain, in ABC notation, with plain chords."""

from abc_notation import read_tune

TUNES = {
    name: read_tune(text)
    for name, text in {
        "greensleeves": """
T:Greensleeves
C:English, 16th century
M:6/8
L:1/8
K:Am
P:verse
A | "Am"c2 d e>^f e | "G"d2 B G>A B | "Am"c2 A A>^G A | "E"B2 ^G E2 A |
"Am"c2 d e>^f e | "G"d2 B G>A B | "Am"c>B A "E7"^G>^F ^G | "Am"A3 A2 |
P:chorus
z | "C"g3 g>^f e | "G"d2 B G>A B | "Am"c2 A A>^G A | "E"B2 ^G E3 |
"C"g3 g>^f e | "G"d2 B G>A B | "Am"c>B A "E7"^G>^F ^G | "Am"A3 A2 |
""",
        "amazing_grace": """
T:Amazing Grace
C:American, "New Britain", 1829
M:3/4
L:1/4
K:G
P:verse
D | "G"G2 B/G/ | B2 A | "C"G2 E | "G"D2 D | G2 B/G/ | "Em"B2 A | "D"d3- | "D7"d2 B |
"G"d2 B/G/ | "G7"B2 A | "C"G2 E | "G"D2 D | "Em"G2 B/G/ | "D"B2 A | "G"G3- | G2 |
""",
        "auld_lang_syne": """
T:Auld Lang Syne
C:Scottish, 1799
M:4/4
L:1/4
K:F
P:verse
C | "F"F>F F A | "C7"G>F G A | "F"F>F "F7"A c | "Bb"d3 d |
"F"c>A A F | "C7"G>F G A | "Bb"F>D "C7"D C | "F"F3 |
P:chorus
d | "F"c>A A F | "C7"G>F G d | "F"c>A "F7"A c | "Bb"d3 d |
"F"c>A A F | "C7"G>F G A | "Bb"F>D "C7"D C | "F"F3 |
""",
        "oh_susanna": """
T:Oh! Susanna
C:Stephen Foster, 1848
M:4/4
L:1/8
K:D
P:verse
DE | "D"F2 A2 A3 B | A2 F2 D3 E | F2 F2 E2 D2 | "A7"E6 DE |
"D"F2 A2 A3 B | A2 F2 D3 E | F2 F2 "A7"E2 E2 | "D"D6 |
P:chorus
z2 | "G"G4 G4 | B2 B4 B2 | "D"A2 A2 F2 D2 | "A7"E6 DE |
"D"F2 A2 A3 B | A2 F2 D3 E | F2 F2 "A7"E2 E2 | "D"D6 |
""",
        "londonderry_air": """
T:Londonderry Air
C:Irish, printed 1855
M:4/4
L:1/8
K:G
P:verse
FGA | "G"B3 A "G7"Be dB | "C"AG E2 z GBc | "G"d3 e "Em"dB GB | "A7"A4 "D7"z FGA |
"G"B3 A "G7"Be dB | "C"AG E2 "Cm"z FGA | "G"B3 c "D7"BA GF | "G"G4 "D7"z |
P:chorus
def | "G"g3 f "C"fe de | "G"dB G2 z def | "Em"g3 f "Bm"fe dB | "Am"A4 "D7"z ddd |
"G"b3 a "C"ag eg | "G"dB G2 "Em"z FGA | "G"Be dB "D7"AG EF | "G"G4 z |
""",
        "drunken_sailor": """
T:Drunken Sailor
C:Sea shanty, 1830s
M:4/4
L:1/16
K:Am
P:verse
"Dm"A2AA A2AA A2D2 F2A2 | "C"G2GG G2GG G2C2 E2G2 |
"Dm"A2AA A2AA A2B2 c2d2 | "C"c2A2 G2E2 "Dm"D4 D4 |
P:chorus
"Dm"A4 A2A2 A2D2 F2A2 | "C"G4 G2G2 G2C2 E2G2 |
"Dm"A4 A2A2 A2B2 c2d2 | "C"c2A2 G2E2 "Dm"D4 D4 |
""",
    }.items()
}
