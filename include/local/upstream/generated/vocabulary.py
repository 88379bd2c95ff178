"""The words that generated records are made of.

Department, topic and platform names are those of the real taxonomy (``sources.md`` appendix A, 4.2 and 4.3), so that mapped,
exactly named and unknown topics all occur.
"""

from __future__ import annotations

DEPARTMENTS: tuple[tuple[str, str], ...] = (
    ("1", "Civil and Environmental Engineering"),
    ("2", "Mechanical Engineering"),
    ("3", "Materials Science and Engineering"),
    ("4", "Architecture"),
    ("5", "Chemistry"),
    ("6", "Electrical Engineering and Computer Science"),
    ("7", "Biology"),
    ("8", "Physics"),
    ("9", "Brain and Cognitive Sciences"),
    ("10", "Chemical Engineering"),
    ("11", "Urban Studies and Planning"),
    ("12", "Earth, Atmospheric, and Planetary Sciences"),
    ("14", "Economics"),
    ("15", "Management"),
    ("16", "Aeronautics and Astronautics"),
    ("17", "Political Science"),
    ("18", "Mathematics"),
    ("20", "Biological Engineering"),
    ("21A", "Anthropology"),
    ("21G", "Global Languages"),
    ("21H", "History"),
    ("21L", "Literature"),
    ("21M", "Music and Theater Arts"),
    ("21W", "Comparative Media Studies/Writing"),
    ("22", "Nuclear Science and Engineering"),
    ("24", "Linguistics and Philosophy"),
    ("ESD", "Engineering Systems Division"),
    ("HST", "Medical Engineering and Science"),
    ("IDS", "Data, Systems, and Society"),
    ("MAS", "Media Arts and Sciences"),
    ("STS", "Science, Technology, and Society"),
    ("WGS", "Women's and Gender Studies"),
)
UNKNOWN_DEPARTMENTS = ("Open Learning", "Digital Learning Lab")

MITX_TOPICS_MAPPED = (
    "Math",
    "Energy & Earth Sciences",
    "Environmental Studies",
    "Electronics",
    "Economics & Finance",
    "Education & Teacher Training",
    "Biology & Life Sciences",
    "Philosophy & Ethics",
    "Food & Nutrition",
    "Medicine",
)
TOPICS_EXACT = (
    "Mathematics",
    "Physics",
    "Chemistry",
    "Biology",
    "Data Science",
    "Economics",
    "Engineering",
    "Innovation & Entrepreneurship",
    "Political Science",
    "Literature",
)
TOPICS_UNKNOWN = ("Juggling & Circus Arts", "General Interest", "Mathématiques")

XPRO_TOPICS = (
    "Business:Leadership & Organizations",
    "Business:Business Innovation",
    "Business:Marketing & Communications",
    "Technology:Quantum Computing",
    "Technology:Systems Engineering",
    "Technology:Technology Innovation",
    "Technology:Prototype/Lab",
    "Technology: BioTech",
    "Educators",
    "Data Science",
    "Business:Blockchain for Poets",
)
XPRO_PLATFORMS = ("xPRO",) * 14 + ("Emeritus", "Emeritus", "Global Alumni", "Simplilearn", "Susskind", "WHU")
XPRO_FORMATS = ("Online", "Online", "Online", "Live Virtual", "Blended", "In Person", "Hybrid", "", None)

OCW_TOPICS = (
    ["Engineering", "Computer Science", "Algorithms and Data Structures"],
    ["Engineering", "Computer Science", "Programming Languages"],
    ["Engineering", "Mechanical Engineering", "Fluid Mechanics"],
    ["Engineering", "Aerospace Engineering", "Propulsion Systems"],
    ["Mathematics", "Linear Algebra"],
    ["Mathematics", "Probability and Statistics"],
    ["Science", "Physics", "Quantum Mechanics"],
    ["Science", "Biology", "Genetics"],
    ["Science", "Earth Science", "Geology"],
    ["Humanities", "Philosophy", "Political Philosophy"],
    ["Humanities", "History", "World History"],
    ["Social Science", "Anthropology", "Ethnography"],
    ["Social Science", "Economics", "Game Theory"],
    ["Business", "Entrepreneurship"],
    ["Society", "The Developing World"],
)
LEARN_TOPICS = (
    ["Social Sciences", "Anthropology"],
    ["Social Sciences", "Political Science"],
    ["Science & Math", "Mathematics"],
    ["Science & Math", "Physics"],
    ["Engineering", "Mechanical Engineering"],
    ["Humanities", "Philosophy"],
)
OCW_COURSE_TAGS = (
    "Lecture Videos",
    "Lecture Notes",
    "Problem Sets",
    "Problem Sets with Solutions",
    "Exams",
    "Exams with Solutions",
    "Projects with Examples",
    "Programming Assignments",
    "Open Textbooks",
    "Instructor Insights",
)
OCW_LEVELS: tuple[list[str], ...] = (
    ["Undergraduate"],
    ["Graduate"],
    ["Undergraduate", "Graduate"],
    ["High School"],
    ["Non-Credit"],
    [],
)
OCW_TERMS = ("Fall", "Spring", "Summer", "January IAP", "")
OCW_SALUTATIONS = ("Prof.", "Prof.", "Dr.", "Mr.", "Ms.", "")

FIRST_NAMES = (
    "Ada",
    "Raúl",
    "Chiara",
    "Nkechi",
    "Søren",
    "Mei-Ling",
    "Łukasz",
    "Priya",
    "Jürgen",
    "Zoë",
    "Kwame",
    "Siobhán",
    "Omar",
    "Tomás",
    "Yuki",
    "Ana",
)
LAST_NAMES = (
    "Ålund",
    "Okafor",
    "Niño",
    "Brandt",
    "D'Arbeloff",
    "Švec",
    "Nakamura",
    "van der Meer",
    "Petrović",
    "O'Neill",
    "Castellanos",
    "Ghosh",
    "Li",
    "Sørensen",
    "Mbeki",
    "Ferrari",
)

TITLE_OPENINGS = (
    "Introduction to",
    "Advanced",
    "Foundations of",
    "Applied",
    "Topics in",
    "Principles of",
    "Computational",
    "Experimental",
    "The History of",
    "Designing",
    "Understanding",
    "Seminar in",
)
TITLE_SUBJECTS = (
    "Differential Equations",
    "Thermodynamics",
    "Supply Chains",
    "Machine Learning",
    "Signal Processing",
    "Urban Design",
    "Cell Biology",
    "Labor Economics",
    "Control Systems",
    "Comparative Politics",
    "Linear Algebra",
    "Materials Selection",
    "Quantum Information",
    "Ocean Waves",
    "Ethics & Technology",
    "Modern Poetry",
    "Negotiation",
    "Energy Storage",
    "Genomics",
    "Robotics",
)
TITLE_ENDINGS = (
    "",
    "",
    "",
    ": Theory and Practice",
    " for Engineers",
    " II",
    " — Métodos y aplicaciones",
    ": From ∂x/∂t to Practice",
    " (入門)",
    " for Policy Makers",
    " 🚀",
)
SENTENCES = (
    "Learners work through real cases, from first measurement to a design that can be defended.",
    "The pace is that of a campus subject: two lectures, one recitation and one problem set each week.",
    "No background beyond calculus is assumed; everything else is built up as it is needed.",
    "You will write small programs, break them, and explain why they broke.",
    "Scientists and engineers meet these questions every day, mostly without naming them.",
    "We compare five classic results with what a laptop can compute today.",
    "Guest speakers from industry describe what they would do differently.",
    "The last unit is a project whose report is read by your peers.",
    "Readings include letters, patents and one very short novel.",
    "By the end you can tell which of your assumptions matters most.",
)
HTML_EXTRAS = (
    '<p>See the <a href="https://example.org/syllabus?week=1&amp;unit=2">syllabus</a>&nbsp;for dates.</p>',
    "<ul><li>Model</li><li>Measure</li><li>Decide</li></ul>",
    "<h2>Who should take this</h2><p><strong>Anyone</strong> who has to <em>decide</em> with data.</p>",
    "<script>window.dataLayer = window.dataLayer || [];</script>",
    '<p style="color:#a31f34">Price &lt; $500 &mdash; “limited” seats</p>',
    "<br/><blockquote>E = mc<sup>2</sup></blockquote>",
)
