"""Holds captions against the geometry of their scenes: `python -m unittest` in this folder."""

import math
import unittest
from itertools import combinations

from scenes import KINDS, RELATIONS, VOCABULARY, Scene

# For each relation: does it hold for the centre (x, y) of one shape and that of another, in pixels?
HOLDS = {
    "above": lambda one, other: one[1] < other[1],
    "below": lambda one, other: one[1] > other[1],
    "left of": lambda one, other: one[0] < other[0],
    "right of": lambda one, other: one[0] > other[0],
}
OTHER_AXIS = {"above": 0, "below": 0, "left of": 1, "right of": 1}


class SceneTests(unittest.TestCase):
    scenes = [Scene.sample("test", number) for number in range(3_000)]

    def centres(self, scene):
        return [(shape.x * scene.width, shape.y * scene.height) for shape in scene.shapes]

    def test_the_first_shape_has_the_relation_to_each_other_one_and_no_second_relation_to_all(self):
        for scene in self.scenes:
            first, *others = self.centres(scene)
            if len(others) == 2:
                true = [name for name in RELATIONS if all(HOLDS[name](first, other) for other in others)]
                self.assertEqual(true, [scene.relation])
            for other in others:
                self.assertTrue(HOLDS[scene.relation](first, other))

    def test_of_two_the_larger_is_first_and_the_relation_names_the_longer_way(self):
        for scene in (scene for scene in self.scenes if len(scene.shapes) == 2):
            large, small = scene.shapes
            self.assertGreaterEqual(large.size, 1.6 * small.size)
            one, other = self.centres(scene)
            across = OTHER_AXIS[scene.relation]
            self.assertLess(abs(one[across] - other[across]), 0.6 * abs(one[1 - across] - other[1 - across]))

    def test_of_three_the_pair_is_named_from_left_to_right_or_from_top_to_bottom(self):
        for scene in (scene for scene in self.scenes if len(scene.shapes) == 3):
            _, one, other = self.centres(scene)
            across = OTHER_AXIS[scene.relation]
            self.assertLess(one[across], other[across])

    def test_captions_say_what_is_there_in_words_of_the_vocabulary(self):
        for scene in self.scenes:
            words = scene.caption.split()
            self.assertLessEqual(set(words), set(VOCABULARY))
            named = [(words[i], words[i + 1]) for i in range(len(words) - 1) if words[i - 1] in ("a", "an")][1:]
            self.assertEqual(named, [(shape.colour, shape.kind) for shape in scene.shapes])

    def test_shapes_do_not_touch(self):
        for scene in self.scenes:
            reach = [shape.size * KINDS[shape.kind] * min(scene.width, scene.height) for shape in scene.shapes]
            for (one, r), (other, s) in combinations(zip(self.centres(scene), reach), 2):
                self.assertGreater(math.dist(one, other), r + s)

    def test_the_same_number_is_the_same_picture(self):
        self.assertEqual(Scene.sample("test", 5).draw().tobytes(), Scene.sample("test", 5).draw().tobytes())


if __name__ == "__main__":
    unittest.main()
