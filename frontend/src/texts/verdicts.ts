import { choose, type Language } from './choose';

/** The big word, in one or two lines, and below it why and what to do. English lines fit 64 px on 375. */
interface Said {
  word: string[];
  lines: string[];
}

const zhShapes = {
  accepted: { word: ['通过'], lines: ['请放行'] },
  repeat: { word: ['已签过'], lines: ['不用再签', '请放行'] },
  not_on_list: { word: ['不在名单'], lines: ['已记下，办公室会核对', '请放行'] },
  outside_hours: { word: ['不在', '签到时间'], lines: ['已记下，办公室会核对', '请放行'] },
  not_registered: { word: ['没有报名'], lines: ['这次扫码已记下', '请到服务台现场报名'] },
  waitlisted: { word: ['候补中'], lines: ['还没有轮到名额', '请到服务台'] },
  cancelled: { word: ['报名已取消'], lines: ['请到服务台'] },
  revoked: { word: ['码已换新'], lines: ['请打开最新的码，再扫一次'] },
  forged: { word: ['不是', '相约的码'], lines: ['请打开“我的码”，再扫一次', '还是不行，请到服务台'] },
  unknown: { word: ['查不到'], lines: ['没有找到这个码，请核对', '还是不行，请到服务台'] },
  quarantined: { word: ['待核对'], lines: ['已留待办公室核对', '这台机器已停用，请找协调员'] },
  team_partial: { word: ['团体码'], lines: ['还没有核对到场的人', '请有网时再扫一次'] },
  undo: { word: ['已撤销'], lines: [] },
  undone: { word: ['已撤销'], lines: ['这次扫码已撤销'] },
  invalid: { word: ['没记上'], lines: ['请再扫一次'] },
  id_conflict: { word: ['没记上'], lines: ['请再扫一次'] },
  stored: { word: ['已记下'], lines: ['有网时上传', '请放行'] },
  foreign: { word: ['不是', '相约的码'], lines: ['请打开“我的码”，再扫一次'] },
  miswritten: { word: ['短码不对'], lines: ['请核对以后，再输一次'] },
  unreadable: { word: ['看不清'], lines: ['请调亮屏幕，或换一张照片'] },
  unsaved: { word: ['没存上'], lines: ['这台手机存不下了，请换一台'] },
  other: { word: ['要核对'], lines: ['这次扫码已记下', '请到服务台'] },
  handOut: { word: ['通过'], lines: ['请发给本人'] },
  handedOut: { word: ['已领过'], lines: ['不要再发'] },
} satisfies Record<string, Said>;

export type Shape = keyof typeof zhShapes;

const zh = {
  between: '',
  shapes: zhShapes as Record<Shape, Said>,
  checkedIn: (time: string) => `${time} 已签，不用再签`,
  handedOut: (time: string) => `${time} 已领`,
  desk: '请到服务台',
  letPass: '请放行',
  people: (count: number) => `${count} 人`,
  notPassed: (count: number) => [`${count} 人`, '没通过'],
  passed: (count: number) => `通过 ${count} 人`,
  passedAndLater: (passed: number, stored: number) => `通过 ${passed} 人，另 ${stored} 人有网时上传`,
  sentLater: (stored: number) => `${stored} 人，有网时上传`,
  headsLater: '人数等有网时核对',
  headsSaved: (count: number) => `已记下 ${count} 人`,
  namesLater: '有网时再核对姓名',
  byList: (age: string) => `手机上的${age}`,
  corrected: (word: string) => `手机刚才判“${word}”，已更正`,
  nth: (count: string) => `本点第 ${count} 位`,
  leaves: (seconds: number) => `${seconds} 秒后自动扫下一位`,
};

const en: typeof zh = {
  between: ' ',
  shapes: {
    accepted: { word: ['Pass'], lines: ['Let them through'] },
    repeat: { word: ['Already', 'in'], lines: ['No need to scan again', 'Let them through'] },
    not_on_list: { word: ['Not on', 'the list'], lines: ['Saved, the office will check', 'Let them through'] },
    outside_hours: { word: ['Outside', 'hours'], lines: ['Saved, the office will check', 'Let them through'] },
    not_registered: { word: ['Not', 'signed up'], lines: ['This scan is saved', 'Sign up at the desk'] },
    waitlisted: { word: ['On the', 'waitlist'], lines: ['No place has come free yet', 'Send them to the desk'] },
    cancelled: { word: ['Cancelled'], lines: ['Send them to the desk'] },
    revoked: { word: ['Old code'], lines: ['Open the newest code and scan again'] },
    forged: { word: ['Not our', 'code'], lines: ['Open “My code” and scan again', 'If it fails, to the desk'] },
    unknown: { word: ['Unknown'], lines: ['No such code, check it', 'If it fails, to the desk'] },
    quarantined: { word: ['On hold'], lines: ['The office will check it', 'This phone was stopped, see the coordinator'] },
    team_partial: { word: ['Team', 'code'], lines: ['Nobody is ticked off yet', 'Scan again with a network'] },
    undo: { word: ['Undone'], lines: [] },
    undone: { word: ['Undone'], lines: ['This scan was undone'] },
    invalid: { word: ['Not', 'recorded'], lines: ['Scan again'] },
    id_conflict: { word: ['Not', 'recorded'], lines: ['Scan again'] },
    stored: { word: ['Saved'], lines: ['Sent when online', 'Let them through'] },
    foreign: { word: ['Not our', 'code'], lines: ['Open “My code” and scan again'] },
    miswritten: { word: ['Wrong', 'code'], lines: ['Check it and type it again'] },
    unreadable: { word: ['Not', 'readable'], lines: ['Brighten the screen, or try another picture'] },
    unsaved: { word: ['Not', 'saved'], lines: ['This phone is full, take another one'] },
    other: { word: ['To check'], lines: ['This scan is saved', 'Send them to the desk'] },
    handOut: { word: ['Pass'], lines: ['Hand it to them'] },
    handedOut: { word: ['Already', 'given'], lines: ['Do not hand out again'] },
  },
  checkedIn: (time) => `In at ${time}, no need to scan again`,
  handedOut: (time) => `Given at ${time}`,
  desk: 'Send them to the desk',
  letPass: 'Let them through',
  people: (count) => (count === 1 ? '1 person' : `${count} people`),
  notPassed: (count) => [`${count} did`, 'not pass'],
  passed: (count) => `${count} passed`,
  passedAndLater: (passed, stored) => `${passed} passed, ${stored} more sent when online`,
  sentLater: (stored) => `${stored}, sent when online`,
  headsLater: 'Counted when online',
  headsSaved: (count) => `${count} saved`,
  namesLater: 'Names are checked when online',
  byList: (age) => `The phone’s ${age}`,
  corrected: (word) => `The phone said “${word}”, now corrected`,
  nth: (count) => `No. ${count} here`,
  leaves: (seconds) => `next one in ${seconds} s`,
};

export const verdicts: Record<Language, typeof zh> = { zh, en };
export const texts = choose(verdicts);
