// The program `lesson`.

import Commands

await LessonCommand.runAndExit()
