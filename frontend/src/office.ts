import './styles/office.scss';
